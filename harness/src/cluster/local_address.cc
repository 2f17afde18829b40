#include "exo_harness/cluster/local_address.h"

#include <charconv>
#include <memory>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "exo_harness/core/file.h"

#include "host_and_port.h"

namespace exo_harness::cluster {
namespace {

bool is_address_of(const ifaddrs& interface, const std::string& host) {
  char text[INET6_ADDRSTRLEN] = "";
  if (interface.ifa_addr == nullptr) return false;
  if (interface.ifa_addr->sa_family == AF_INET) {
    const auto* address = reinterpret_cast<const sockaddr_in*>(interface.ifa_addr);
    inet_ntop(AF_INET, &address->sin_addr, text, sizeof text);
  } else if (interface.ifa_addr->sa_family == AF_INET6) {
    const auto* address = reinterpret_cast<const sockaddr_in6*>(interface.ifa_addr);
    inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof text);
  }
  return !host.empty() && host == text;  // An interface of another family has no text.
}

bool can_be_bound(const addrinfo& address) {
  const UniqueFd fd(::socket(address.ai_family, SOCK_STREAM, 0));
  return fd && ::bind(fd.get(), address.ai_addr, address.ai_addrlen) == 0;
}

}  // namespace

bool is_local_address(const std::string& host) {
  if (host == "localhost" || host.starts_with("127.")) return true;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return false;
  bool local = false;
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) local |= is_address_of(*one, host);
  freeifaddrs(all);
  return local;
}

bool is_on_this_machine(const std::string& url) {
  const std::string host = host_and_port(url).first;
  if (is_local_address(host)) return true;
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (can_be_bound(*each)) return true;
  }
  return false;
}

std::pair<std::string, int> host_and_port(const std::string& url) {
  std::string rest = url.substr(url.find("://") == std::string::npos ? 0 : url.find("://") + 3);
  rest = rest.substr(0, rest.find('/'));
  if (const auto at = rest.rfind('@'); at != std::string::npos) rest = rest.substr(at + 1);
  const auto colon = rest.rfind(':');
  const auto bracket = rest.rfind(']');
  const bool has_port = colon != std::string::npos && (bracket == std::string::npos || colon > bracket);
  int port = 80;
  if (has_port) std::from_chars(rest.data() + colon + 1, rest.data() + rest.size(), port);
  std::string host = has_port ? rest.substr(0, colon) : rest;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return {host, port};
}

}  // namespace exo_harness::cluster
