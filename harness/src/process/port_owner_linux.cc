#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include <arpa/inet.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/port_owner.h"
#include "exo_harness/process/table.h"

#include "proc_linux.h"
#include "proc_text.h"

namespace exo_harness::process {
namespace {

// The tables hold addresses as words of the machine's byte order in hexadecimal; both loopbacks for `localhost`.
std::vector<std::string> hex_of(const std::string& host) {
  if (host == "localhost") return {hex_of("127.0.0.1").front(), hex_of("::1").front()};
  std::array<std::uint32_t, 4> words{};
  if (inet_pton(AF_INET, host.c_str(), words.data()) == 1) return {format("{:08X}", words[0])};
  if (inet_pton(AF_INET6, host.c_str(), words.data()) != 1) return {};
  return {format("{:08X}{:08X}{:08X}{:08X}", words[0], words[1], words[2], words[3])};
}

bool is_any(const std::string& address) {
  return address.find_first_not_of('0') == std::string::npos;
}

// A listener on every address of IPv6 gets what comes over IPv4, too; not the other way round.
bool listens_for(const std::string& address, const std::string& wanted) {
  if (address == wanted) return true;
  if (is_any(address)) return address.size() >= wanted.size();
  return address.size() > wanted.size() && address.ends_with(wanted);
}

// The inode of the socket that gets what comes for `host`; 0: none.
std::uint64_t listening_inode(const std::string& table, const std::string& host, int port) {
  const std::vector<std::string> wanted = hex_of(host);
  for (const Listener& listener : parse_listeners(proc_file(table), port)) {
    if (std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) { return listens_for(listener.address, one); }))
      return listener.inode;
  }
  return 0;
}

// `network`: folder of the tables of a network namespace.
std::optional<PortOwner> port_owner_in(const std::string& network, const std::string& host, int port) {
  std::uint64_t inode = listening_inode(network + "/tcp", host, port);
  if (inode == 0) inode = listening_inode(network + "/tcp6", host, port);
  if (inode == 0) return std::nullopt;
  for (const pid_t pid : all_pids()) {
    if (holds_socket(pid, inode)) return PortOwner{pid, shorten(command_of(pid), 120)};
  }
  return PortOwner{};
}

}  // namespace

std::optional<PortOwner> port_owner(const std::string& host, int port) {
  return port_owner_in("/proc/net", host, port);
}

std::optional<PortOwner> port_owner_beside(pid_t process, const std::string& host, int port) {
  // A listener on every address hears only what comes to an address of its own network.
  const std::string all = proc_file(format("/proc/{}/net/fib_trie", process));
  const std::size_t at = all.find("|-- " + host + "\n");
  if (at == std::string::npos || !contains(all.substr(at, 200), "host LOCAL")) return std::nullopt;
  return port_owner_in(format("/proc/{}/net", process), host, port);
}

}  // namespace exo_harness::process
