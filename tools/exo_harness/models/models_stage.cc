#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/stage/locate.h"
#include "exo_harness/model/stage/stage.h"

#include "models/models_progress.h"
#include "models/models_subcommands.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;

struct StageOptions {
  std::string source, as, into, cards, hugging_face, generation = "v1.0.71";
  bool copy = false, link = false, no_card = false, hash = false;
};

struct UnstageOptions {
  std::string model, into;
};

std::optional<model::FixtureModel> fixture_called(const std::string& name) {
  const auto models = model::load_fixture_models(model::fixtures_folder() / "models");
  const model::FixtureModel* found = model::fixture_model_called(models, name);
  if (found == nullptr) return {};
  return *found;
}

/// Read-only folders first: Exo never deletes there. Else its own.
fs::path standard_place() {
  const model::ExoFolders folders = model::exo_folders();
  return folders.read_only.empty() ? folders.standard : folders.read_only.front();
}

fs::path source_of(const StageOptions& options, const std::optional<model::FixtureModel>& fixture) {
  std::error_code ignored;
  if (fs::is_directory(options.source, ignored)) return options.source;
  if (!fixture)
    throw UsageError(format("`{}` is neither a folder nor a fixture model", printable(options.source)),
                     "`exo-harness models list` shows the fixture models");
  for (const fs::path& place : model::places_of(*fixture)) {
    if (fs::is_regular_file(place / "config.json", ignored) && !model::staged_from(place)) return place;
  }
  throw UsageError(format("{} is not on this machine", fixture->repo),
                   format("get it with `exo-harness models fetch {}`, or give its folder", fixture->repo));
}

/// A model that Exo has a card for needs none of ours.
fs::path cards_of(const StageOptions& options, const std::optional<model::FixtureModel>& fixture) {
  if (options.no_card || (options.cards.empty() && fixture && fixture->built_in_card)) return {};
  return options.cards.empty() ? model::exo_folders().custom_cards : fs::path(options.cards);
}

void print_hashes(const std::vector<model::FileHash>& hashes) {
  if (hashes.empty()) return;
  const auto verified = std::count_if(hashes.begin(), hashes.end(), [](const auto& each) { return each.verified; });
  fmt::print("hashed {} files: {} as the source published, {} without a published hash\n", hashes.size(), verified,
             hashes.size() - static_cast<std::size_t>(verified));
}

void print(const model::Staged& staged, const model::StageRequest& request) {
  fmt::print("{} {} ({}, {})\n", staged.was_there ? "was there already:" : "staged", staged.folder.string(),
             human_bytes(staged.bytes), request.copy ? "copied" : "linked");
  print_hashes(staged.hashes);
  if (staged.made_index) fmt::print("made the index that it lacked\n");
  if (!staged.card.empty()) fmt::print("card {}\n", staged.card.string());
  if (!staged.hugging_face.empty()) fmt::print("cache entry {}\n", staged.hugging_face.string());
  if (!staged.card.empty() && request.generation != exo::Generation::v1_0_71 &&
      request.cards == model::exo_folders().custom_cards) {
    fmt::print(
        "note: this generation deletes such cards a second after its start; --cards RESOURCES/inference_model_cards "
        "with EXO_RESOURCES_DIR lasts\n");
  }
  for (const std::string& note : staged.notes) fmt::print("note: {}\n", note);
}

void stage(const StageOptions& options) {
  const auto generation = exo::parse_generation(options.generation);
  if (!generation)
    throw UsageError(format("`{}` is no generation of Exo", options.generation), "v1.0.71, main or zenoh");
  const auto fixture = fixture_called(options.as.empty() ? options.source : options.as);
  model::StageRequest request;
  request.source = source_of(options, fixture);
  request.repo = fixture ? fixture->repo : options.as;
  if (request.repo.empty()) throw UsageError("a folder needs a name", "give it with --as org/name");
  request.into = options.into.empty() ? standard_place() : fs::path(options.into);
  request.copy = options.copy;
  request.hash = options.hash;
  request.cards = cards_of(options, fixture);
  request.hugging_face = options.hugging_face;
  request.generation = *generation;
  const model::Staged staged = [&] {
    ModelsProgress progress;
    return model::stage(request, progress);
  }();
  print(staged, request);
}

void unstage(const UnstageOptions& options) {
  const auto fixture = fixture_called(options.model);
  const std::string repo = fixture ? fixture->repo : options.model;
  const fs::path into = options.into.empty() ? standard_place() : fs::path(options.into);
  const std::vector<std::string> kept = model::unstage(into, repo);
  fmt::print("removed {}\n", (into / model::folder_name(repo)).string());
  for (const std::string& each : kept) fmt::print("kept {}\n", each);
}

}  // namespace

void add_models_stage(CLI::App& models) {
  auto options = std::make_shared<StageOptions>();
  CLI::App* command = models.add_subcommand("stage", "Put a model where Exo looks; the source is never touched");
  command
      ->add_option("SOURCE", options->source, "A folder (plain, LM Studio, Hugging Face snapshot), or a fixture model")
      ->required();
  command->add_option("--as", options->as, "org/name, as Exo shall call it; not needed for a fixture model");
  CLI::Option* link = command->add_flag("--link", options->link, "Links to the source (default)");
  command->add_flag("--copy", options->copy, "Copy the files")->excludes(link);
  command->add_option("--into", options->into,
                      "Folder that Exo looks into; else the first of EXO_MODELS_READ_ONLY_DIRS, or Exo's own");
  command->add_option("--generation", options->generation, "Of Exo, for the card: v1.0.71, main or zenoh")
      ->capture_default_str();
  command->add_option("--cards", options->cards, "Folder for the card; else Exo's custom_model_cards");
  command->add_flag("--hash", options->hash,
                    "Read every file and compare its hash with what the source tells; of copies, too");
  command->add_flag("--no-card", options->no_card, "Write no card");
  command->add_option("--hugging-face", options->hugging_face, "Cache that shall know the model, too: its hub folder");
  command->callback([options] { stage(*options); });
}

void add_models_unstage(CLI::App& models) {
  auto options = std::make_shared<UnstageOptions>();
  CLI::App* command = models.add_subcommand("unstage", "Remove exactly what `models stage` put there");
  command->add_option("MODEL", options->model, "org/name, or a fixture model")->required();
  command->add_option("--into", options->into, "The folder it was staged into");
  command->callback([options] { unstage(*options); });
}

}  // namespace exo_harness::tools
