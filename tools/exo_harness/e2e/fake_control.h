#pragma once

#include <string>

namespace exo_harness::tools {

/// Gives a node of the fake cluster a fault. Result: what the node said against it; empty when all is well. A node that
/// dies of its fault does not answer, and is believed.
std::string set_fault(const std::string& api, const std::string& fault);

/// Whether that node of the fake cluster is its master.
bool is_master(const std::string& api);

/// Takes all faults from a node again.
std::string clear_faults(const std::string& api);

}  // namespace exo_harness::tools
