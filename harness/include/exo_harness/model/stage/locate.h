#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/exo/state.h"
#include "exo_harness/model/fixture/fixture.h"

namespace exo_harness::model {

/// Where Exo looks for models on this machine, in its order; folders that need not exist.
///
/// `EXO_MODELS_READ_ONLY_DIRS`, `EXO_DEFAULT_MODELS_DIR` (else `~/.exo/models` on macOS, `$XDG_DATA_HOME/exo/models` on
/// Linux, `$EXO_HOME/models` when that is set), `EXO_MODELS_DIRS`.
/// Source: Exo v1.0.71 and 81d7cb0, src/exo/shared/constants.py; contract 15.
struct ExoFolders {
  std::vector<std::filesystem::path> read_only;
  std::filesystem::path standard;
  std::vector<std::filesystem::path> writable;  ///< Further ones.
  std::filesystem::path custom_cards;           ///< `custom_model_cards` beside the standard folder.
  std::vector<std::filesystem::path> in_order() const;
};
ExoFolders exo_folders();

/// `org--name` of `org/name`: the folder that Exo looks for. Fails: UsageError when it is no `org/name`, or a part is
/// unsafe as a file name (`..`, a slash, a control character).
std::string folder_name(const std::string& repo);

/// The folder of the model in a Hugging Face cache (`HF_HUB_CACHE`, `HF_HOME/hub`, `~/.cache/huggingface/hub`): the
/// snapshot of `revision`, else of `refs/main`, else the newest. Nothing when there is none.
std::optional<std::filesystem::path> find_in_hugging_face_cache(const std::string& repo, const std::string& revision);

/// All places where the files of that model may lie, in the order of looking: Exo's folders, `stage_from`, LM Studio's
/// folders, the Hugging Face cache.
std::vector<std::filesystem::path> places_of(const FixtureModel& model);

/// The first of these places that holds a config.json.
std::optional<std::filesystem::path> find_model(const FixtureModel& model);
/// The folder that a node of `state` says the model is in, when that is on this machine; else as above.
std::optional<std::filesystem::path> find_model(const FixtureModel& model, const exo::State& state);

/// `~` and `~/x` as a path below HOME.
std::filesystem::path expand_home(const std::string& path);

}  // namespace exo_harness::model
