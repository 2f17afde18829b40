#include <algorithm>

#include "exo_harness/core/format.h"

#include "checks.h"

namespace exo_harness::doctor {

using Status = Check::Status;

std::vector<Check> check_matrix(const exo::Instance& instance, const exo::State& state) {
  Checks checks;
  const auto& matrix = instance.jaccl_devices;
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (std::size_t j = i + 1; j < matrix.size(); ++j) {
      const exo::Rank *a = instance.rank(static_cast<int>(i)), *b = instance.rank(static_cast<int>(j));
      if (a == nullptr || b == nullptr || j >= matrix[i].size() || i >= matrix[j].size()) continue;
      const bool one_cable = std::any_of(state.edges.begin(), state.edges.end(), [&](const exo::Edge& e) {
        return e.kind == exo::Edge::Kind::rdma && e.source == a->node_id && e.sink == b->node_id &&
               e.source_iface == matrix[i][j] && e.sink_iface == matrix[j][i];
      });
      const std::string seen =
          one_cable ? format("rank {} {} and rank {} {} are one cable", i, matrix[i][j], j, matrix[j][i])
                    : format("jaccl matrix names two different cables for rank {} and rank {}: {} and {}", i, j,
                             matrix[i][j], matrix[j][i]);
      Check& c =
          checks.add("jaccl-matrix", "cluster", one_cable ? Status::good : Status::bad, seen, "both ends of one cable");
      c.fix = "Leave one cable between the two, or rewire so that equal names meet.";
      c.prevents = "placement-jaccl-crossed-cables";
      c.for_jaccl = true;
    }
  }
  return checks.take();
}

}  // namespace exo_harness::doctor
