#include "exo_harness/core/environment.h"

#include <cstdlib>

namespace exo_harness {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace exo_harness
