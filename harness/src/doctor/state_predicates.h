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
struct Observation {
  Check::Status status = Check::Status::unknown;
  std::string seen, needed, fix;
};

/// Looks at one subject. Empty: the check does not apply to it, or nothing is known.
using Observations = std::vector<Observation>;

Observations node_count(const StateView& view, const Subject&);
Observations socket_edges(const StateView& view, const Subject&);
Observations memory_known(const StateView& view, const Subject& subject);
Observations memory_fits(const StateView& view, const Subject&);
/// The node's clock, as far as `lastSeen` shows it; a node of another time zone that writes local time stands out, too.
Observations clock(const StateView& view, const Subject& subject);
Observations system(const StateView& view, const Subject& subject);
Observations builds_equal(const StateView& view, const Subject&);
Observations metal(const StateView& view, const Subject& subject);
Observations rdma_enabled(const StateView& view, const Subject& subject);
Observations thunderbolt_known(const StateView& view, const Subject& subject);
Observations thunderbolt_5(const StateView& view, const Subject& subject);
Observations rdma_mesh(const StateView& view, const Subject&);
Observations link_speed(const StateView& view, const Subject& subject);
Observations rdma_mirrored(const StateView& view, const Subject&);
Observations port_address(const StateView& view, const Subject& subject);
Observations thunderbolt_bridge(const StateView& view, const Subject& subject);
Observations bridge_loop(const StateView& view, const Subject&);

}  // namespace exo_harness::doctor
