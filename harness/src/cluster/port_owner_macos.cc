#include <array>
#include <cstdio>
#include <memory>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "port_owner.h"

namespace exo_harness::cluster {
namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string text;
  std::array<char, 512> chunk{};
  while (pipe && std::fgets(chunk.data(), chunk.size(), pipe.get()) != nullptr) text += chunk.data();
  return text;
}

}  // namespace

std::optional<PortOwner> port_owner(const std::string& host, int port) {
  static_cast<void>(host);
  const std::string pid =
      output_of(format("/usr/sbin/lsof -nP -iTCP:{} -sTCP:LISTEN -t 2>/dev/null | head -n 1", port));
  if (trim(pid).empty()) return std::nullopt;
  const int number = std::atoi(pid.c_str());
  return PortOwner{number, shorten(std::string(trim(output_of(format("/bin/ps -o command= -p {}", number)))), 120)};
}

std::optional<PortOwner> port_owner_beside(pid_t, const std::string&, int) {
  return std::nullopt;
}

}  // namespace exo_harness::cluster
