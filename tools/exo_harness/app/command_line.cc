#include "app/command_line.h"

namespace exo_harness::tools {
namespace {

std::vector<std::string>& words() {
  static std::vector<std::string> kept;
  return kept;
}

}  // namespace

void remember_command_line(int argc, char** argv) {
  words().assign(argv, argv + argc);
}

const std::vector<std::string>& command_line() {
  return words();
}

}  // namespace exo_harness::tools
