#include "own_address.h"

#include <memory>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "exo_harness/core/file.h"

namespace exo_harness::tools {
namespace {

std::string host_of(const std::string& url) {
  const std::size_t scheme = url.find("://");
  std::string host = url.substr(scheme == std::string::npos ? 0 : scheme + 3);
  host = host.substr(0, host.find('/'));
  if (!host.empty() && host.front() == '[') return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool can_be_bound(const addrinfo& address) {
  const UniqueFd fd(::socket(address.ai_family, SOCK_STREAM, 0));
  return fd && ::bind(fd.get(), address.ai_addr, address.ai_addrlen) == 0;
}

}  // namespace

bool is_own_address(const std::string& url) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_STREAM;
  if (::getaddrinfo(host_of(url).c_str(), nullptr, &hints, &found) != 0) return false;
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(found, ::freeaddrinfo);
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (can_be_bound(*each)) return true;
  }
  return false;
}

}  // namespace exo_harness::tools
