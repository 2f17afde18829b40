#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exo_reports/run_record.h"

namespace exo_reports {

/// What was seen of one phase of one model in one placement.
struct PhaseCell {
  std::vector<std::int64_t> took_ms;  ///< Of those that went well.
  std::optional<PhaseRecord> failed;  ///< The first that did not.
  std::int64_t median_ms() const;
};

struct PhaseRow {
  std::string model, placement;
  std::vector<PhaseCell> cells;  ///< One a column.
};

/// The table model × placement × phase.
struct PhaseTable {
  std::vector<std::optional<Phase>> phases;  ///< Columns: those that were seen, in the order of a placement's life.
  std::vector<PhaseRow> rows;                ///< In order of first sight.
};

PhaseTable phase_table(const RunRecord& run);

}  // namespace exo_reports
