#pragma once

#include <string>

namespace exo_harness {

/// A variable of the process environment; empty when it is not set. Threads: any, while no thread sets variables.
std::string environment(const char* name);

}  // namespace exo_harness
