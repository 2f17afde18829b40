#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exo_harness/core/phase.h"
#include "exo_harness/exo/mode.h"

namespace exo_harness::model {

/// What a fixture file says of a placement.
struct Expectation {
  enum class Kind { works, fails, unknown };
  Kind kind = Kind::unknown;
  std::vector<Phase> phases;  ///< Of `fails`: those it may fail in.
  std::string signature;      ///< Of `fails`: the text that shows it, found in API errors, RunnerFailed or logs.
  std::string reason;         ///< For people.
  std::string versions;       ///< `fails`: the generations it holds for, e.g. `v1.0.71`; empty: all.
  std::string expires;        ///< `YYYY-MM-DD`, of known findings; empty: never.
};

/// `works`, `fails`, `unknown`.
std::string_view to_string(Expectation::Kind kind);

/// A prompt and what its answer must satisfy.
struct Prompt {
  std::string id;
  std::vector<std::pair<std::string, std::string>> messages;  ///< Role, content.
  int max_tokens = 64;
  std::vector<std::string> expect_any;  ///< One of these is the answer, in whole words; empty: no expectation of sense.
  int at_most_words = 20;               ///< Of a right answer.
  std::vector<std::string> stop;
};

/// Mixture of experts; all 0 when there is none.
struct ExpertFacts {
  int routed = 0, shared = 0, active = 0;  ///< `active`: routed ones per token.
};

/// One file of `fixtures/models/`. Format and units: fixtures/README.md.
struct FixtureModel {
  std::string id;    ///< File stem: `llama-3.2-1b`.
  std::string repo;  ///< The id that Exo knows it by: `mlx-community/Llama-3.2-1B-Instruct-4bit`.
  std::vector<std::string> aliases;
  std::string revision, format, family;
  std::uint64_t bytes = 0;  ///< On disk.
  int layers = 0, hidden_size = 0, heads = 0, kv_heads = 0;
  std::uint64_t context_tokens = 0;
  std::string pattern;  ///< Of hybrids, a letter a layer: `M` Mamba-2, `E` experts, `*` attention, `-` MLP.
  ExpertFacts experts;
  std::uint64_t parameters = 0;                   ///< All of them; 0: not stated.
  int bits = 0, group_size = 0;                   ///< Quantisation; 0: none.
  bool built_in_card = false;                     ///< Exo brings a card of its own.
  bool card_states_kv_heads = true;               ///< False: that card leaves them out, and Exo does not check them.
  std::vector<std::string> stage_from;            ///< Folders it may lie in, `~` allowed, first hit wins.
  std::vector<std::string> prompts;               ///< Ids of prompts meant for it; empty: any.
  std::string source, licence;                    ///< Where the facts are from; the licence of the model.
  bool makes_sense = true;                        ///< False: random weights, no expectation of a right answer.
  bool on_default_fake = false;                   ///< The fake cluster stages it by default.
  std::string fallback;                           ///< Id of another fixture.
  std::map<std::string, Expectation> placements;  ///< By short name of the mode: `single`, `tensor-2`.
  std::filesystem::path file;
  std::string unreadable;  ///< Not empty: the file could not be read, and why; but for `id` and `file` all is empty.

  /// What the file says of that mode; `unknown` when it says nothing.
  Expectation expectation(const exo::Mode& mode) const;
};

void PrintTo(const FixtureModel& model, std::ostream* os);

/// All files of `folder` (`*.toml`), by id. A file that cannot be read becomes an entry with `unreadable`, so that it
/// costs one test and not the whole list. Fails: HarnessError when the folder cannot be read.
std::vector<FixtureModel> load_fixture_models(const std::filesystem::path& folder);

/// One file. Fails: HarnessError with file, line and what was expected.
FixtureModel load_fixture_model(const std::filesystem::path& file);

/// The model of that id, repo or alias; null when there is none.
const FixtureModel* fixture_model_called(const std::vector<FixtureModel>& models, std::string_view name);

/// The same. Fails: UsageError with the nearest names when there is none.
const FixtureModel& find_fixture_model(const std::vector<FixtureModel>& models, std::string_view name);

/// All prompts of `folder` (`*.toml`), by id. Fails: HarnessError with file, line and what was expected.
std::vector<Prompt> load_prompts(const std::filesystem::path& folder);

/// Where the project's own fixtures are: `EXO_HARNESS_FIXTURES`, else beside the binary (installed:
/// `../share/exo_harness/fixtures`), else the source tree. Fails: UsageError when none of them is a folder.
std::filesystem::path fixtures_folder();

}  // namespace exo_harness::model
