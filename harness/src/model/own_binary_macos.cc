#include <cstdint>
#include <string>

#include <mach-o/dyld.h>

#include "own_binary.h"

namespace exo_harness::model {

std::filesystem::path own_binary() {
  std::uint32_t size = 0;
  _NSGetExecutablePath(nullptr, &size);
  std::string path(size, '\0');
  if (_NSGetExecutablePath(path.data(), &size) != 0) return {};
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path.c_str(), error);
  return error ? std::filesystem::path() : real;
}

}  // namespace exo_harness::model
