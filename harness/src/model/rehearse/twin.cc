#include "exo_harness/model/rehearse/twin.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

constexpr std::uintmax_t kLongestCopy = 64u << 20;
constexpr std::uint64_t kLengthBytes = 8;

std::string length_text(std::uint64_t length) {
  std::string text;
  for (std::uint64_t i = 0; i < kLengthBytes; ++i) text += static_cast<char>(length >> (8 * i) & 0xff);
  return text;
}

/// A file that begins with `head` and goes on with a hole.
void write_hole(const fs::path& file, std::string_view head, std::uint64_t bytes) {
  write_file(file, head);
  if (::truncate(file.c_str(), static_cast<off_t>(bytes)) == 0) return;
  throw HarnessError(format("cannot make {} {} bytes long: {}", file.string(), bytes, std::strerror(errno)),
                     "set TMPDIR to a folder whose file system knows sparse files");
}

/// The length and the header as they stand; of a file that is cut, what is there.
std::string head_of(const fs::path& file, std::uint64_t bytes) {
  std::ifstream in(file, std::ios::binary);
  std::string head(static_cast<std::size_t>(std::min(bytes, kLengthBytes)), '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  std::uint64_t length = 0;
  for (std::size_t i = head.size(); i-- > 0;) length = length << 8 | static_cast<unsigned char>(head[i]);
  const std::uint64_t rest = std::min({length, bytes - head.size(), kLongestSafetensorsHeader});
  const std::size_t begin = head.size();
  head.resize(begin + static_cast<std::size_t>(rest));
  in.read(head.data() + begin, static_cast<std::streamsize>(rest));
  if (!in) throw HarnessError(format("cannot read {}", file.string()), "check that you may read it");
  return head;
}

void copy_weights(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const std::uint64_t bytes = fs::file_size(from, error);
  if (error) return;  // Not there, or a link that leads nowhere: the twin does without it, too.
  write_hole(to, head_of(from, bytes), bytes);
}

bool is_small_file(const std::string& name) {
  for (const char* end : {".json", ".jsonl", ".jinja", ".txt", ".model", ".tiktoken", ".bpe", ".vocab", ".spm"}) {
    if (name.ends_with(end) && name.find('/') == std::string::npos) return true;
  }
  return false;
}

void copy_folder(const ModelFolder& folder, const fs::path& twin) {
  for (const Shard& shard : folder.shards) copy_weights(folder.path / shard.name, twin / shard.name);
  for (const BadFile& stray : folder.strays) copy_weights(folder.path / stray.name, twin / stray.name);
  for (const std::string& name : folder.own_files()) {
    if (is_small_file(name)) write_file(twin / name, read_file(folder.path / name, kLongestCopy));
  }
}

fs::path config_file_of(const ModelFolder& folder) {
  std::error_code ignored;
  if (fs::is_directory(folder.path, ignored)) return folder.path / "config.json";
  fs::path config = folder.path;  // Of facts: ID.tensors and ID.config.json.
  return folder.shards.empty() ? config : config.replace_extension(".config.json");
}

}  // namespace

std::string safetensors_header_text(const SafetensorsHeader& header) {
  nlohmann::ordered_json json;
  for (const auto& [key, value] : header.metadata) json["__metadata__"][key] = value;
  for (const Tensor& tensor : header.tensors) {
    json[tensor.name] = {
        {"dtype", tensor.dtype}, {"shape", tensor.shape}, {"data_offsets", {tensor.begin, tensor.end}}};
  }
  const std::string text = json.is_null() ? "{}" : json.dump();
  return length_text(text.size()) + text;
}

void write_twin(const ModelFolder& folder, const fs::path& twin) {
  std::error_code error;
  fs::create_directories(twin, error);
  if (fs::is_directory(folder.path, error) && !folder.shards.empty()) return copy_folder(folder, twin);
  write_file(twin / "config.json", read_file(config_file_of(folder), kLongestConfig));
  for (const Shard& shard : folder.shards) {
    const std::string head = safetensors_header_text(shard.header);
    write_hole(twin / shard.name, head, head.size() + shard.header.data_bytes);
  }
}

}  // namespace exo_harness::model
