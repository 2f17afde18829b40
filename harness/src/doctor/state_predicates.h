#pragma once

#include <string>
#include <vector>

#include "exo_harness/doctor/doctor.h"

#include "state_view.h"

namespace exo_harness::doctor {

/// What a check is asked of: the cluster (all empty), a node, an RDMA edge, or a cabled port of a node.
struct Subject {
  std::string node;
  const exo::Edge* edge = nullptr;
  std::string port;  ///< `en4`.
};

/// What was found there. An empty `needed` or `fix`: the one of the table.
struct Finding {
  Check::Status status = Check::Status::unknown;
  std::string seen, needed, fix;
};

/// Looks at one subject. Nothing: the check does not apply to it, or nothing is known.
using Findings = std::vector<Finding>;

Findings node_count(const StateView& view, const Subject&);
Findings socket_edges(const StateView& view, const Subject&);
Findings memory_known(const StateView& view, const Subject& subject);
Findings memory_fits(const StateView& view, const Subject&);
/// The node's clock, as far as `lastSeen` shows it; a node of another time zone that writes local time stands out, too.
Findings clock(const StateView& view, const Subject& subject);
Findings system(const StateView& view, const Subject& subject);
Findings builds_equal(const StateView& view, const Subject&);
Findings metal(const StateView& view, const Subject& subject);
Findings rdma_enabled(const StateView& view, const Subject& subject);
Findings thunderbolt_known(const StateView& view, const Subject& subject);
Findings thunderbolt_5(const StateView& view, const Subject& subject);
Findings rdma_mesh(const StateView& view, const Subject&);
Findings link_speed(const StateView& view, const Subject& subject);
Findings rdma_mirrored(const StateView& view, const Subject&);
Findings port_address(const StateView& view, const Subject& subject);
Findings thunderbolt_bridge(const StateView& view, const Subject& subject);
Findings bridge_loop(const StateView& view, const Subject&);

}  // namespace exo_harness::doctor
