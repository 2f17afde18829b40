#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/progress.h"
#include "exo_harness/exo/mode.h"
#include "exo_harness/model/predict/prediction.h"
#include "exo_harness/model/stage/published_hash.h"

namespace exo_harness::model {

/// The text of a card file. v1.0.71 refuses keys that it does not know, main demands `backends`: one file cannot serve
/// both. Source: contract 15; Exo v1.0.71 and 81d7cb0, src/exo/shared/models/model_cards.py.
std::string card_text(const CardFacts& card, std::uint64_t context_tokens, exo::Generation generation);

/// What to put where. Sources are never written to.
struct StageRequest {
  std::filesystem::path
      source;        ///< A folder with config.json: plain, LM Studio's, or a snapshot of a Hugging Face cache.
  std::string repo;  ///< `org/name`, as Exo shall call it.
  std::filesystem::path into;          ///< A folder that Exo looks into; made when missing.
  bool copy = false;                   ///< Else links to the source.
  std::filesystem::path cards;         ///< Where the card goes, `org--name.toml`; empty: no card.
  std::filesystem::path hugging_face;  ///< A cache that shall know the model, too; empty: none.
  exo::Generation generation = exo::Generation::v1_0_71;
  bool hash = false;  ///< Read each file wholly and compare its hash with what the source published (published_hash.h).
  std::uint64_t keep_free = 1u << 30;  ///< Bytes that must stay free on the disk.
};

/// What was staged.
struct Staged {
  std::filesystem::path folder;        ///< `into/org--name`.
  std::filesystem::path card;          ///< Empty: none was written.
  std::filesystem::path hugging_face;  ///< Empty: none.
  bool was_there = false;              ///< The same had been staged before; nothing was done but what was missing.
  bool made_index = false;
  std::uint64_t bytes = 0;         ///< Of weights.
  std::vector<FileHash> hashes;    ///< Empty unless asked for.
  std::vector<std::string> notes;  ///< For people: problems of the model, a card of someone else that was kept.
};

/// Puts a model where Exo looks. Built beside its place and renamed into it: whoever looks sees nothing or all of it,
/// and so does one who kills us; what a killed one left is removed by the next stage or unstage in that folder.
///
/// Verifies config, index and every header of the source before, and of the result after; with `hash` also the whole
/// content, that of a copy, too. Makes a missing index in the result. Fails: UsageError when something else is in the
/// place, EnvironmentError when the disk is too small, HarnessError for a damaged source or a failing disk; then
/// nothing is left.
Staged stage(const StageRequest& request, Progress& progress = silent_progress());

/// Removes exactly what `stage` put there: the files of its record, its card when nobody changed it, its entry in the
/// cache. Result: what was kept and why. Fails: UsageError when the folder was not staged by us.
std::vector<std::string> unstage(const std::filesystem::path& into, const std::string& repo);

/// The source of a model that `stage` put into `folder`; nothing when it did not.
std::optional<std::filesystem::path> staged_from(const std::filesystem::path& folder);

}  // namespace exo_harness::model
