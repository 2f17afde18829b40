#include "exo_harness/model/stage/published_hash.h"

#include <algorithm>
#include <set>

#include "exo_harness/core/digest.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "stage_record.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

constexpr const char* kMetadata = ".cache/huggingface/download";
constexpr std::uintmax_t kLongestMetadata = 4096;
constexpr std::size_t kSha1Digits = 40, kSha256Digits = 64;

bool is_hash(std::string_view text) {
  return (text.size() == kSha1Digits || text.size() == kSha256Digits) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Its lines: commit, hash, time. Others' files of that name say nothing.
std::vector<std::string> metadata_lines(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error || size > kLongestMetadata) return {};
  std::vector<std::string> result;
  const std::string text = read_file(file, kLongestMetadata);
  for (const std::string_view line : lines(text)) result.emplace_back(trim(line));
  return result;
}

/// Commits of the files that are there; leftovers of files that are gone say nothing.
std::set<std::string> commits_in(const fs::path& folder) {
  std::set<std::string> commits;
  std::error_code error, ignored;
  const fs::path place = folder / kMetadata;
  for (fs::recursive_directory_iterator it(place, error), end; !error && it != end; it.increment(error)) {
    const fs::path& file = it->path();
    if (file.extension() != ".metadata" || !it->is_regular_file(ignored)) continue;
    if (!fs::exists(folder / file.lexically_relative(place).replace_extension(), ignored)) continue;
    const auto known = metadata_lines(file);
    if (!known.empty() && is_hash(known[0])) commits.insert(known[0]);
  }
  return commits;
}

std::string git_blob_hash(const fs::path& file) {
  Digest digest(DigestKind::sha1);
  digest.add(format("blob {}", fs::file_size(file)) + '\0');
  digest.add_file(file);
  return digest.hex();
}

void compare(const fs::path& file, const std::string& seen, const PublishedHash& published) {
  if (seen == published.hex) return;
  throw HashMismatch(
      format("{}: its {} is {}, but {} says {}", file.string(),
             published.hex.size() == kSha256Digits ? "SHA-256" : "git hash", seen, published.source, published.hex),
      "the file is damaged, or was changed since its download: fetch it again, or stage without --hash");
}

}  // namespace

fs::path download_metadata(const fs::path& folder, const std::string& name) {
  return folder / kMetadata / (name + ".metadata");
}

std::string published_commit(const fs::path& folder, const std::string& name) {
  const auto known = metadata_lines(download_metadata(folder, name));
  return !known.empty() && is_hash(known[0]) ? known[0] : "";
}

std::optional<PublishedHash> published_hash(const fs::path& folder, const std::string& name) {
  std::error_code error;
  const fs::path real = fs::canonical(folder / name, error);
  if (!error && real.parent_path().filename() == "blobs" && is_hash(real.filename().string()))
    return PublishedHash{real.filename().string(), "the cache's name of " + real.string()};
  const auto known = metadata_lines(download_metadata(folder, name));
  if (known.size() >= 2 && is_hash(known[1])) return PublishedHash{known[1], download_metadata(folder, name).string()};
  return {};
}

Revision revision_of(const fs::path& folder) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  if (!error && real.parent_path().filename() == "snapshots" && is_hash(real.filename().string()))
    return {real.filename().string(), {}};
  if (const auto record = read_stage_record(folder)) return {record->revision, {}};
  const std::set<std::string> commits = commits_in(folder);
  if (commits.empty()) return {};
  return {*commits.begin(), {std::next(commits.begin()), commits.end()}};
}

std::vector<FileHash> hash_files(const fs::path& folder, const std::vector<std::string>& names,
                                 const std::function<void(const std::string&, std::uint64_t)>& each) {
  std::vector<FileHash> hashes;
  std::uint64_t before = 0;
  for (const std::string& name : names) {
    const fs::path file = folder / name;
    Digest digest(DigestKind::sha256);
    std::uint64_t of_this = 0;
    digest.add_file(file, [&](std::uint64_t done) {
      of_this = done;
      if (each) each(name, before + done);
    });
    before += of_this;
    const auto published = published_hash(folder, name);
    hashes.push_back({name, digest.hex(), published.has_value()});
    if (published)
      compare(file, published->hex.size() == kSha1Digits ? git_blob_hash(file) : hashes.back().sha256, *published);
  }
  return hashes;
}

FileHash hash_file(const fs::path& folder, const std::string& name, Progress& progress) {
  const auto show = [&](const std::string&, std::uint64_t done) {
    progress.now(format("hash {} ({})", name, human_bytes(done)));
  };
  return hash_files(folder, {name}, show).front();
}

}  // namespace exo_harness::model
