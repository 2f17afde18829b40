#pragma once

#include <exception>
#include <string>

namespace exo_harness::tools {

/// Tells on stderr what stopped the program and what to do next:
///
///     exo-harness: cannot read /a/b: No such file or directory
///       → check that the path exists and that you may use it
///
/// Result: the exit code that goes with it: 3 for EnvironmentError, 2 for all else.
int report_error(const std::exception& error);

/// The text of the same.
std::string error_text(const std::exception& error);

}  // namespace exo_harness::tools
