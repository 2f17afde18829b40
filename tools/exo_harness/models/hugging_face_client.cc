#include "models/hugging_face_client.h"

#include <unistd.h>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/signature/signature.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/model/stage/locate.h"
#include "exo_harness/process/child.h"

#include "app/interruption.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using diagnose::Meaning;
using process::Child;
using process::ExitStatus;

/// What the words of `hf` mean: fixtures/signatures_hf.toml.
Meaning meaning_of(std::string output) {
  std::replace(output.begin(), output.end(), '\r', '\n');  // Each state of a progress bar is a line.
  const auto& book = diagnose::SignatureBook::standard(model::fixtures_folder(), diagnose::kHuggingFaceSignatures);
  const auto match = book.match_text(output);
  return match ? match->signature->means : Meaning::none;
}

std::string hub() {
  const std::string endpoint = environment("HF_ENDPOINT");
  return endpoint.empty() ? "the Hugging Face hub" : "the hub at " + printable(endpoint);
}

/// The line that says what went wrong; the last one is often a hint.
std::string complaint(const std::string& output) {
  std::string last;
  for (const std::string_view line : lines(output)) {
    const std::string_view text = trim(line);
    if (text.empty() || text.starts_with("Hint:")) continue;
    last = text;
    if (text.starts_with("Error:")) break;
  }
  return last.empty() ? "it said nothing" : shorten(printable(last), 300);
}

[[noreturn]] void explain(const HfDownload& download, const ExitStatus& status, const std::string& output) {
  const std::string again = kFetchAgain;
  const Meaning meaning = meaning_of(output);
  if (meaning == Meaning::offline) {
    throw EnvironmentError(format("{} cannot be fetched: this machine has no way to {}", download.repo, hub()),
                           "go online and " + again);
  }
  if (meaning == Meaning::no_revision) {
    throw UsageError(format("{} has no revision `{}`", download.repo, printable(download.revision)),
                     "give a commit, branch or tag of it; without --revision its newest is fetched");
  }
  if (meaning == Meaning::no_access) {
    throw EnvironmentError(format("{} cannot be fetched: {} does not show it to you", download.repo, hub()),
                           "check the name; for a gated model accept its licence and run `hf auth login`");
  }
  if (meaning == Meaning::disk_full) {
    throw EnvironmentError(
        format("{} cannot be fetched: the disk of {} is full", download.repo, download.into.string()),
        "make room, or choose another place with --into, and " + again);
  }
  if (status.timed_out) {
    throw EnvironmentError(format("{} was not fetched within {}", download.repo, humanize(download.limit)),
                           "allow more with --hours, and " + again);
  }
  throw HarnessError(
      format("{} cannot be fetched: hf: {}: {}", download.repo, process::to_string(status), complaint(output)), again);
}

std::uint64_t bytes_below(const fs::path& folder) {
  std::uint64_t sum = 0;
  std::error_code error, ignored;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::uintmax_t size = it->is_regular_file(ignored) ? it->file_size(ignored) : 0;
    if (!ignored) sum += size;
  }
  return sum;
}

process::CommandOptions command_of(const HfDownload& download) {
  process::CommandOptions options;
  options.command = {find_hf().string(), "download", download.repo, "--local-dir", download.into.string()};
  if (!download.revision.empty()) options.command.insert(options.command.end(), {"--revision", download.revision});
  options.environment["HF_HUB_DISABLE_TELEMETRY"] = "1";
  options.environment["HF_HUB_DISABLE_PROGRESS_BARS"] = "1";  // ours counts what is on the disk
  return options;
}

ExitStatus wait_for_end(Child& child, const HfDownload& download, const std::function<void(std::uint64_t)>& each) {
  constexpr std::chrono::seconds grace{5};
  const Deadline deadline = Deadline::after(download.limit);
  for (int round = 0; !child.wait(Deadline::after(std::chrono::milliseconds(100))); ++round) {
    if (stop_asked()) {
      child.end(grace);
      throw Interrupted(format("the download of {} was stopped", download.repo), kFetchAgain);
    }
    if (deadline.expired()) {
      ExitStatus status = child.end(grace);
      status.timed_out = true;
      return status;
    }
    if (round % 10 == 0) each(bytes_below(download.into));
  }
  return *child.poll();
}

bool is_program(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

fs::path find_hf() {
  const std::string path = environment("PATH"), data = environment("XDG_DATA_HOME");
  for (const std::string_view folder : split(path, ':')) {
    const fs::path program = fs::path(folder.empty() ? "." : folder) / "hf";
    if (is_program(program)) return program;
  }
  const fs::path own = (data.empty() ? model::expand_home("~/.local/share") : fs::path(data)) / "exo-harness/hf/bin/hf";
  if (is_program(own)) return own;
  throw HarnessError("the Hugging Face client `hf` is neither in PATH nor at " + own.string(),
                     "`tools/setup hf` installs it there; or: pipx install huggingface_hub");
}

void run_hf_download(const HfDownload& download, const std::function<void(std::uint64_t)>& each) {
  Child child = Child::start(command_of(download));
  const ExitStatus status = wait_for_end(child, download, each);
  if (!status.ok()) explain(download, status, strip_ansi(child.output()));
}

}  // namespace exo_harness::tools
