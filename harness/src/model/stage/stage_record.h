#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace exo_harness::model {

/// Name of the file in a staged folder that says what was staged.
inline constexpr const char* kStageRecord = ".exo-harness-staged.json";

/// What `stage` put where, so that `unstage` can remove exactly that.
struct StageRecord {
  std::string source;    ///< Canonical path.
  std::string revision;  ///< Commit of the source; empty: unknown.
  bool copy = false;
  std::vector<std::string> files;  ///< Relative to the folder, the record itself left out.
  std::string card, card_content;  ///< Path and text of the card; empty: none.
  std::string hugging_face;        ///< `models--org--name` in a cache; empty: none.
};

std::string to_json(const StageRecord& record);
/// The record of a folder; nothing when there is none. Fails: HarnessError when it is damaged.
std::optional<StageRecord> read_stage_record(const std::filesystem::path& folder);

}  // namespace exo_harness::model
