#include "phase_times.h"

#include <algorithm>

namespace exo_reports {
namespace {

// In the order of a placement's life; what an older reader does not know comes last.
bool comes_before(std::optional<Phase> a, std::optional<Phase> b) {
  return a && (!b || *a < *b);
}

}  // namespace

std::int64_t PhaseCell::median_ms() const {
  if (took_ms.empty()) return 0;
  std::vector<std::int64_t> sorted = took_ms;
  std::sort(sorted.begin(), sorted.end());
  return sorted[(sorted.size() - 1) / 2];
}

PhaseTable phase_table(const RunRecord& run) {
  PhaseTable table;
  for (const PhaseRecord& phase : run.phases) {
    if (phase.model.empty()) continue;
    if (std::find(table.phases.begin(), table.phases.end(), phase.phase) == table.phases.end()) {
      table.phases.push_back(phase.phase);
    }
  }
  std::sort(table.phases.begin(), table.phases.end(), comes_before);
  for (const PhaseRecord& phase : run.phases) {
    if (phase.model.empty()) continue;
    auto row = std::find_if(table.rows.begin(), table.rows.end(), [&](const PhaseRow& r) {
      return r.model == phase.model && r.placement == phase.placement;
    });
    if (row == table.rows.end()) {
      // Rows of one model stand together, what is not of a placement first.
      const auto of_model = [&](const PhaseRow& r) { return r.model == phase.model; };
      const auto first = std::find_if(table.rows.begin(), table.rows.end(), of_model);
      auto at = phase.placement.empty() ? first : std::find_if(table.rows.rbegin(), table.rows.rend(), of_model).base();
      if (first == table.rows.end()) at = first;
      row = table.rows.insert(at, PhaseRow{phase.model, phase.placement, std::vector<PhaseCell>(table.phases.size())});
    }
    const auto column = std::find(table.phases.begin(), table.phases.end(), phase.phase) - table.phases.begin();
    PhaseCell& cell = row->cells[static_cast<std::size_t>(column)];
    if (phase.ok) {
      cell.took_ms.push_back(phase.took_ms);
    } else if (!cell.failed) {
      cell.failed = phase;
    }
  }
  return table;
}

}  // namespace exo_reports
