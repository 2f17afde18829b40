#include "app/tool_paths.h"

#include <unistd.h>

#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

#include <array>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

fs::path binary_path() {
#ifdef __APPLE__
  std::array<char, 4096> buffer{};
  std::uint32_t size = buffer.size();
  if (_NSGetExecutablePath(buffer.data(), &size) != 0) return {};
  return buffer.data();
#else
  return fs::read_symlink("/proc/self/exe");
#endif
}

fs::path libexec_folder() {
  return (binary_folder() / "../libexec/exo_harness").lexically_normal();
}

fs::path look_for(std::string_view name) {
  for (const fs::path& folder : {binary_folder(), libexec_folder()}) {
    const fs::path candidate = folder / name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace

fs::path binary_folder() {
  static const fs::path folder = fs::canonical(binary_path()).parent_path();  // The file may be replaced in mid-run.
  return folder;
}

fs::path find_program(std::string_view name) {
  if (const fs::path found = look_for(name); !found.empty()) return found;
  throw HarnessError(format("the program {} is missing, looked for in {} and {}", name, binary_folder().string(),
                            libexec_folder().string()),
                     "build all of it with tools/run, or install again");
}

bool has_program(std::string_view name) {
  return !look_for(name).empty();
}

}  // namespace exo_harness::tools
