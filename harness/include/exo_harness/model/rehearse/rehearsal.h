#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/phase.h"
#include "exo_harness/exo/mode.h"

namespace exo_harness::model {

/// What the engine's own code did with one placement of a model whose weights are holes.
struct Rehearsal {
  enum class Verdict {
    passes,   ///< Loaded with every name, shape and kind of number; sharded; prefill and decode have the right shape.
    fails,    ///< The engine said no, or computes with weights that are not the model's.
    unknown,  ///< It was not asked to the end: `reason` says why.
  };
  exo::Mode mode;
  Verdict verdict = Verdict::unknown;
  std::string step;    ///< The last one: `import`, `load`, `tokenizer`, `template`, `connect`, `shard`, `prefill`,
                       ///< `decode`, `batch`; `weights`.
  int rank = -1;       ///< Of `fails`: the first that failed.
  std::string error;   ///< Of `fails`: the engine's own text, `ValueError: …`; one line, printable.
  std::string place;   ///< File, line and function of the engine.
  std::string reason;  ///< Of `unknown`, and of wrong weights: for people.
  bool wrong_answers = false;    ///< Of `fails`: Exo loads and runs it, and its answers are wrong.
  bool without_weights = false;  ///< By config.json alone: whether the files hold the weights was not looked at.
  double cpu_seconds = 0;        ///< Of all ranks.
  std::uint64_t peak_bytes = 0;  ///< Of the largest rank.
  std::int64_t took_ms = 0;
  bool hung = false;  ///< Of `unknown`: a rank was ended at its time limit. Not in the JSON.

  /// Where a real cluster may show it: load, warm-up, generate; none for what passes or is not known. Versions differ
  /// in whether the warm-up goes through a batch of requests.
  std::vector<Phase> phases() const;
};

/// `passes`, `fails`, `unknown`.
std::string_view to_string(Rehearsal::Verdict verdict);
/// What to_string wrote; any other word is `unknown`.
Rehearsal::Verdict rehearsal_verdict(std::string_view word);
/// `fails in shard on rank 0: ValueError: …`.
std::string to_string(const Rehearsal& rehearsal);
void PrintTo(const Rehearsal& rehearsal, std::ostream* os);

/// What was asked. Empty: it did not say.
struct EngineVersions {
  std::string exo, mlx, mlx_lm, python;
  std::string sharding;  ///< The first digits of the SHA-256 of Exo's sharding code: versions alone do not tell builds.
};

/// `Exo 0.3.70 (sharding a0847f9f49da), mlx 0.31.2, mlx-lm 0.31.3, Python 3.13.5`.
std::string to_string(const EngineVersions& versions);

/// Something about the model's files, whatever the placement.
struct RehearsalFinding {
  std::string kind;  ///< `missing`, `extra`, `misshapen`, `mistyped`, `packing`, `files`.
  std::string text;  ///< One line for people.
};

/// All that one rehearsal of a model came to.
struct RehearsedModel {
  EngineVersions engine;
  std::vector<Rehearsal> placements;
  std::vector<RehearsalFinding> findings;
};

/// The rehearsal of that mode; null when it was not rehearsed. JACCL shards as the ring does: the one stands for the
/// other.
const Rehearsal* rehearsal_of(const RehearsedModel& model, const exo::Mode& mode);
const Rehearsal* rehearsal_of(const std::vector<Rehearsal>& placements, const exo::Mode& mode);

/// For scripts, indented, with a newline at the end. Keys: fixtures/README.md.
std::string rehearsal_json(const RehearsedModel& model);
/// What `rehearsal_json` wrote, without the findings. Fails: HarnessError when it is something else.
RehearsedModel parse_rehearsal_json(std::string_view json);

}  // namespace exo_harness::model
