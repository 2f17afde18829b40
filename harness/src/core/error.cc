#include "exo_harness/core/error.h"

namespace exo_harness {

HarnessError::HarnessError(const std::string& what, const std::string& advice)
    : std::runtime_error(what), advice_(advice) {}

}  // namespace exo_harness
