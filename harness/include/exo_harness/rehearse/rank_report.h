#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/model/rehearse/rehearsal.h"

namespace exo_harness::rehearse {

/// Some of many names.
struct NameSample {
  std::size_t count = 0;
  std::vector<std::string> names;  ///< The first few of them; printable.
};

/// What the engine's loader found of the weights.
struct WeightsReport {
  std::size_t wanted = 0;          ///< How many arrays the engine's module has.
  std::string refused;             ///< What its strict loader says against them; empty: nothing.
  NameSample missing, extra;       ///< That the files lack; that the engine does not take.
  NameSample misshapen, mistyped;  ///< `NAME: … in the files, … in the engine`.
};

/// What one rank said.
struct RankReport {
  std::optional<model::EngineVersions> engine;
  std::string step;  ///< The last one that began.
  std::optional<WeightsReport> weights;
  NameSample uneven;                  ///< Packed modules whose weight and scales have different rows after the split.
  NameSample torn;                    ///< Layers whose heads have another width after the split.
  std::string packing;                ///< `quant_method` of config.json; empty: it names none.
  bool packing_stated = false;        ///< config.json has `quantization`, which mlx-lm reads.
  std::optional<int> packed_modules;  ///< How many modules the engine made for packed weights.
  std::vector<std::string> forwards;  ///< Shapes that came of the model, `[1, 4, 128256]`.
  std::string error, place;           ///< Of what failed: `ValueError: …`, and where.
  std::string distrust;               ///< Why what it says cannot be believed; empty: nothing speaks against it.
  std::string last_words;             ///< The last lines of what is not of the probe, as one; printable.
  bool failed = false, blames_engine = false, passed = false, too_large = false, ended = false;
  double cpu_seconds = 0;
  std::uint64_t peak_bytes = 0;
};

/// Reads what the probe wrote: its lines begin with `mark`; what else stands there is of the engine.
/// A line that is cut or no answer of the probe is passed over, too. Threads: any.
RankReport parse_rank_report(std::string_view output, std::string_view mark);

}  // namespace exo_harness::rehearse
