#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

#include <arpa/inet.h>
#include <dirent.h>
#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "port_owner.h"

namespace exo_harness::cluster {
namespace fs = std::filesystem;
namespace {

constexpr const char* kListening = "0A";

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

// The inode of the listening socket, or empty.
std::string listening_inode(const std::string& table, const std::string& host, int port) {
  std::ifstream file(table);
  std::string line;
  std::getline(file, line);
  const std::vector<std::string> wanted = hex_of(host);
  while (std::getline(file, line)) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode;
    const auto colon = local.find(':');
    if (state != kListening || colon == std::string::npos || local.substr(colon + 1) != format("{:04X}", port))
      continue;
    const std::string address = local.substr(0, colon);
    if (std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) { return listens_for(address, one); }))
      return inode;
  }
  return "";
}

bool holds_socket(const fs::path& process, const std::string& inode) {
  const std::string wanted = "socket:[" + inode + "]";
  std::error_code error;
  for (fs::directory_iterator it(process / "fd", error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    if (fs::read_symlink(it->path(), gone).string() == wanted) return true;
  }
  return false;
}

std::string command_of(const fs::path& process) {
  std::ifstream file(process / "cmdline", std::ios::binary);
  std::string command((std::istreambuf_iterator<char>(file)), {});
  for (char& c : command) c = c == '\0' ? ' ' : c;
  return shorten(std::string(trim(command)), 120);
}

// `network`: folder of the tables of a network namespace.
std::optional<PortOwner> port_owner_in(const std::string& network, const std::string& host, int port) {
  std::string inode = listening_inode(network + "/tcp", host, port);
  if (inode.empty()) inode = listening_inode(network + "/tcp6", host, port);
  if (inode.empty()) return std::nullopt;
  std::error_code error;
  for (fs::directory_iterator it("/proc", error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    if (std::isdigit(static_cast<unsigned char>(name.front())) == 0 || !holds_socket(it->path(), inode)) continue;
    return PortOwner{std::stoi(name), command_of(it->path())};
  }
  return PortOwner{};
}

}  // namespace

std::optional<PortOwner> port_owner(const std::string& host, int port) {
  return port_owner_in("/proc/net", host, port);
}

std::optional<PortOwner> port_owner_beside(pid_t process, const std::string& host, int port) {
  // A listener on every address hears only what comes to an address of its own network.
  std::ifstream routes(format("/proc/{}/net/fib_trie", process));
  const std::string all((std::istreambuf_iterator<char>(routes)), {});
  const std::size_t at = all.find("|-- " + host + "\n");
  if (at == std::string::npos || !contains(all.substr(at, 200), "host LOCAL")) return std::nullopt;
  return port_owner_in(format("/proc/{}/net", process), host, port);
}

}  // namespace exo_harness::cluster
