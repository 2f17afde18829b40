#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace exo_harness::fake {

/// What Python's json module says of a text that is not JSON.
struct PythonJsonError {
  std::string message;       ///< `Expecting value`
  std::size_t position = 0;  ///< In characters.
};

/// Nothing when `text` is JSON.
std::optional<PythonJsonError> python_json_error(std::string_view text);

}  // namespace exo_harness::fake
