#pragma once

#include <string>

#include "exo_harness/process/child.h"

namespace exo_harness::process {

/// A command of a test: `script`, run by a shell.
inline CommandOptions shell(const std::string& script) {
  CommandOptions options;
  options.command = {"/bin/sh", "-c", script};
  return options;
}

/// Longer than anything that a test starts may take on a busy machine.
inline Deadline soon() {
  return Deadline::after(std::chrono::seconds(20));
}

}  // namespace exo_harness::process
