#pragma once

#include <string>
#include <vector>

#include "exo_harness/exo/mode.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::cluster {

inline constexpr exo::Mode kTensor2{exo::Sharding::tensor, exo::Comm::mlx_ring, 2};

// States for tests, built by hand.

exo::Edge socket_edge(const std::string& from, const std::string& to);
exo::Edge rdma_edge(const std::string& from, const std::string& to, const std::string& iface, const std::string& there);
/// A state in which those nodes see each other and report all there is.
exo::State whole_state(const std::vector<std::string>& nodes);
/// An instance of tensor ranks, one a node, runners `r0`, `r1` …
exo::Instance tensor_instance(const std::string& id, const std::string& model, const std::vector<std::string>& nodes);
void set_runner(exo::State& state, const std::string& id, exo::RunnerPhase phase, const std::string& error = "");

}  // namespace exo_harness::cluster
