#include "own_binary.h"

namespace exo_harness::model {

std::filesystem::path own_binary() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::filesystem::path() : path;
}

}  // namespace exo_harness::model
