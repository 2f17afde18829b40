#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <sys/file.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/model/stage/download.h"
#include "exo_harness/model/stage/locate.h"

#include "app/interruption.h"
#include "models/hugging_face_client.h"
#include "models/models_progress.h"
#include "models/models_subcommands.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;

struct FetchOptions {
  std::string model, revision, into;
  int hours = 12;
};

/// What is wanted of the hub.
struct Wanted {
  std::string repo, revision;
  std::uint64_t bytes = 0;  ///< 0: not known beforehand.
};

Wanted wanted_by(const FetchOptions& options) {
  const auto all = model::load_fixture_models(model::fixtures_folder() / "models");
  const model::FixtureModel* fixture = model::fixture_model_called(all, options.model);
  if (fixture == nullptr || !fixture->unreadable.empty()) return {options.model, options.revision, 0};
  return {fixture->repo, options.revision.empty() ? fixture->revision : options.revision, fixture->bytes};
}

/// Ctrl-C while a large file is hashed.
class FetchProgress : public ModelsProgress {
 public:
  void now(std::string_view line) override {
    if (stop_asked()) throw Interrupted("the download was stopped", kFetchAgain);
    ModelsProgress::now(line);
  }
};

/// The hidden folder of the download, which nobody else may use meanwhile.
UniqueFd lock_download(const fs::path& part) {
  std::error_code error;
  fs::create_directories(part, error);
  if (error)
    throw HarnessError(format("cannot make {}: {}", part.string(), error.message()), "check that you may write there");
  UniqueFd fd(::open(part.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd && ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
  throw UsageError(format("another `models fetch` is at work in {}", part.string()), "wait for its end");
}

void check_space(const Wanted& wanted, const fs::path& part, std::uint64_t here) {
  std::error_code error;
  const fs::space_info space = fs::space(part, error);
  if (error || wanted.bytes <= here || space.available >= wanted.bytes - here) return;
  throw EnvironmentError(format("{} has {} free, {} needs {} more", part.parent_path().string(),
                                human_bytes(space.available), wanted.repo, human_bytes(wanted.bytes - here)),
                         "make room, or choose another place with --into");
}

void download(const Wanted& wanted, const fs::path& part, int hours, Progress& progress) {
  const std::int64_t begin = monotonic_ns();
  std::optional<std::uint64_t> first;
  const auto tell = [&](std::uint64_t here) {
    if (!first) check_space(wanted, part, here);
    const std::uint64_t before = first.value_or(here);
    first = before;
    const double seconds = static_cast<double>(monotonic_ns() - begin) / 1e9;
    const double came = here > before ? static_cast<double>(here - before) : 0;
    progress.now(format("{}: {}{}, {} a second", wanted.repo, human_bytes(here),
                        wanted.bytes > 0 ? " of " + human_bytes(wanted.bytes) : "",
                        human_bytes(static_cast<std::uint64_t>(came / std::max(seconds, 0.1)))));
  };
  run_hf_download({wanted.repo, wanted.revision, part, std::chrono::hours(hours)}, tell);
}

void put_in_place(const fs::path& part, const fs::path& place) {
  std::error_code error;
  fs::rename(part, place, error);
  if (!error) return;
  throw HarnessError(format("cannot make {}: {}", place.string(), error.message()),
                     format("the download is whole: move {} there", part.string()));
}

void print_download(const model::Download& download, const fs::path& place) {
  const auto verified =
      std::count_if(download.hashes.begin(), download.hashes.end(), [](const auto& h) { return h.verified; });
  fmt::print("fetched {} ({}{})\n", place.string(), human_bytes(download.weight_bytes),
             download.revision.empty() ? "" : ", revision " + download.revision);
  fmt::print("verified {} files: sizes, headers, and the hashes that the hub tells of {}\n", download.hashes.size(),
             verified);
  for (const model::FileHash& each : download.hashes) {
    if (!each.verified) fmt::print("note: {}: the hub published no hash\n", each.name);
  }
  for (const std::string& name : download.removed) fmt::print("removed {}: of an earlier revision\n", name);
  for (const std::string& problem : download.problems) fmt::print("note: {}\n", problem);
}

/// Downloads into a hidden folder, where a cut download goes on, and shows the model to Exo only when it is whole.
void fetch(const FetchOptions& options) {
  const Wanted wanted = wanted_by(options);
  const std::string name = model::folder_name(wanted.repo);
  const fs::path into = options.into.empty() ? model::exo_folders().standard : fs::path(options.into);
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(into / name, ignored)))
    throw UsageError(format("{} is there already", (into / name).string()),
                     "`exo-harness models check` says whether it is complete; to fetch it again, remove it first");
  const fs::path part = into / ("." + name + ".download");
  find_hf();
  const UniqueFd lock = lock_download(part);
  model::remove_dead_halves(part);
  const model::Download came = [&] {
    FetchProgress progress;
    download(wanted, part, options.hours, progress);
    return model::verify_download(part, progress);
  }();
  put_in_place(part, into / name);
  print_download(came, into / name);
}

}  // namespace

void add_models_fetch(CLI::App& models) {
  auto options = std::make_shared<FetchOptions>();
  CLI::App* command = models.add_subcommand(
      "fetch", "Download a model with the official hf client; goes on after a cut, and verifies every byte");
  command->add_option("MODEL", options->model, "org/name, or a fixture model")->required();
  command->add_option("--revision", options->revision, "Commit, branch or tag; else the fixture's, or the newest");
  command->add_option("--into", options->into, "Folder that Exo looks into; else its own");
  command->add_option("--hours", options->hours, "Give up after so long")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->callback([options] { fetch(*options); });
}

}  // namespace exo_harness::tools
