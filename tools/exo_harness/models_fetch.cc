#include <algorithm>
#include <array>
#include <memory>

#include <CLI/CLI.hpp>
#include <sys/stat.h>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/folder.h"
#include "exo_harness/model/locate.h"
#include "exo_harness/process/child.h"

#include "models_subcommands.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;

struct FetchOptions {
  std::string model, revision, into;
  int hours = 12;
};

/// What `hf` prints when there is no way to the server. Source: huggingface_hub 1.x and 0.3x, requests, httpx.
constexpr std::array<std::string_view, 8> kOffline = {"Failed to resolve",
                                                      "Name or service not known",
                                                      "Temporary failure in name resolution",
                                                      "Max retries exceeded",
                                                      "ConnectError",
                                                      "ConnectionError",
                                                      "Network is unreachable",
                                                      "offline mode"};
constexpr std::array<std::string_view, 4> kNoAccess = {"401 Client Error", "403 Client Error", "GatedRepo",
                                                       "RepositoryNotFound"};

template <class List>
bool says_any(const std::string& text, const List& list) {
  return std::any_of(list.begin(), list.end(), [&](std::string_view part) { return contains(text, part); });
}

/// Runs the client with its output in a file, and shows the last line of it.
process::ExitStatus run_hf(const std::vector<std::string>& command, const fs::path& log, int hours) {
  process::CommandOptions options;
  options.command = command;
  options.output = log;
  options.environment["HF_HUB_DISABLE_TELEMETRY"] = "1";
  process::Child child = process::Child::start(options);
  const Deadline deadline = Deadline::after(std::chrono::hours(hours));
  while (!child.wait(Deadline::after(std::chrono::seconds(2)))) {
    if (deadline.expired()) return child.end(std::chrono::seconds(10));
    const std::string text = last_lines(read_file(log), 1);
    if (isatty(2) != 0) fmt::print(stderr, "\r\x1b[K{}", shorten(printable(strip_ansi(text)), 100));
  }
  return *child.poll();
}

[[noreturn]] void explain(const std::string& repo, const process::ExitStatus& status, const std::string& output) {
  if (says_any(output, kOffline)) {
    throw EnvironmentError(format("{} cannot be fetched: this machine has no way to the Hugging Face hub", repo),
                           "go online and repeat; what is here already is kept, and the rest resumed");
  }
  if (says_any(output, kNoAccess)) {
    throw EnvironmentError(format("{} cannot be fetched: the hub does not show it to you", repo),
                           "check the name; for a gated model accept its licence and run `hf auth login`");
  }
  throw EnvironmentError(format("hf: {}: {}", process::to_string(status), printable(last_lines(output, 1))),
                         "repeat: what is here already is kept, and the rest resumed");
}

fs::path find_hf() {
  const std::string path = environment("PATH");
  for (const std::string_view folder : split(path, ':')) {
    const fs::path program = fs::path(folder.empty() ? "." : folder) / "hf";
    if (::access(program.c_str(), X_OK) == 0) return program;
  }
  throw HarnessError("the Hugging Face client `hf` is not in PATH",
                     "tools/setup says how to install it, or: pipx install huggingface_hub");
}

std::string repo_of(const std::string& name) {
  const auto all = model::load_fixture_models(model::fixtures_folder() / "models");
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.id == name; });
  return found == all.end() ? name : found->repo;
}

/// Downloads into a hidden folder, which resumes, and shows the model to Exo only when it is whole.
void fetch(const FetchOptions& options) {
  const std::string repo = repo_of(options.model), name = model::folder_name(repo);
  const fs::path into = options.into.empty() ? model::exo_folders().standard : fs::path(options.into);
  std::error_code error;
  if (fs::exists(into / name, error))
    throw UsageError(format("{} is there already", (into / name).string()),
                     "`exo-harness models check` says whether it is complete");
  const fs::path hf = find_hf(), part = into / ("." + name + ".download");
  fs::create_directories(part, error);
  if (error)
    throw HarnessError(format("cannot make {}: {}", part.string(), error.message()), "check that you may write there");
  std::vector<std::string> command{hf.string(), "download", repo, "--local-dir", part.string()};
  if (!options.revision.empty()) command.insert(command.end(), {"--revision", options.revision});
  const TemporaryFolder logs("exo-harness-fetch");
  const process::ExitStatus status = run_hf(command, logs.path() / "hf.log", options.hours);
  if (!status.ok()) explain(repo, status, read_file(logs.path() / "hf.log"));
  const model::ModelFolder files = model::read_model_folder(part);
  fs::rename(part, into / name, error);
  if (error)
    throw HarnessError(format("cannot make {}: {}", (into / name).string(), error.message()), "move it there by hand");
  fmt::print("fetched {} ({})\n", (into / name).string(), bytes_for_people(files.bytes_on_disk()));
  for (const std::string& problem : files.problems) fmt::print("note: {}\n", problem);
}

}  // namespace

void add_models_fetch(CLI::App& models) {
  auto options = std::make_shared<FetchOptions>();
  CLI::App* command =
      models.add_subcommand("fetch", "Download a model with the official hf client; resumes, and verifies");
  command->add_option("MODEL", options->model, "org/name, or a fixture model")->required();
  command->add_option("--revision", options->revision, "Commit, branch or tag");
  command->add_option("--into", options->into, "Folder that Exo looks into; else its own");
  command->add_option("--hours", options->hours, "Give up after so long")->capture_default_str();
  command->callback([options] { fetch(*options); });
}

}  // namespace exo_harness::tools
