#pragma once

#include <fmt/format.h>

namespace exo_harness {

/// std::format, which g++ 12 does not have.
using fmt::format;

}  // namespace exo_harness
