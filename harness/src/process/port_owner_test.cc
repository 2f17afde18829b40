#include "exo_harness/process/port_owner.h"

#include <cstdint>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exo_harness/core/file.h"

namespace exo_harness::process {
namespace {

/// A socket of this process that listens on a free port.
class Server {
 public:
  explicit Server(const char* host) {
    if (inet_pton(AF_INET, host, &v4_.sin_addr) == 1) {
      v4_.sin_family = AF_INET;
      listen_at(AF_INET, v4_, v4_.sin_port);
    } else if (inet_pton(AF_INET6, host, &v6_.sin6_addr) == 1) {
      v6_.sin6_family = AF_INET6;
      listen_at(AF_INET6, v6_, v6_.sin6_port);
    }
  }

  bool listens() const { return port_ != 0; }
  int port() const { return port_; }

 private:
  template <class Address>
  void listen_at(int family, Address& address, const in_port_t& port) {
    fd_ = UniqueFd(::socket(family, SOCK_STREAM, 0));
    auto* any = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (!fd_ || ::bind(fd_.get(), any, size) != 0 || ::listen(fd_.get(), 1) != 0) return;
    if (::getsockname(fd_.get(), any, &size) == 0) port_ = ntohs(port);
  }

  sockaddr_in v4_{};
  sockaddr_in6 v6_{};
  UniqueFd fd_;
  int port_ = 0;
};

TEST(PortOwner, IsTheProcessThatListens) {
  const Server server("127.0.0.1");
  const auto owner = port_owner("127.0.0.1", server.port());

  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->pid, ::getpid());
  EXPECT_NE(owner->command.find("test_process"), std::string::npos) << owner->command;
}

TEST(PortOwner, IsNotWhoHasClosedTheSocket) {
  int port = 0;
  {
    const Server server("127.0.0.1");
    port = server.port();
  }
  const auto owner = port_owner("127.0.0.1", port);

  EXPECT_TRUE(!owner || owner->pid != ::getpid());
}

TEST(PortOwner, OfEveryAddressIsOneOfEachHost) {
  const Server server("0.0.0.0");

  EXPECT_TRUE(port_owner("127.0.0.1", server.port()));
  EXPECT_TRUE(port_owner("localhost", server.port()));
}

TEST(PortOwner, OfEveryIpv6AddressHearsIpv4Too) {
  const Server server("::");
  if (!server.listens()) GTEST_SKIP() << "no IPv6 here";

  EXPECT_TRUE(port_owner("127.0.0.1", server.port()));
  EXPECT_TRUE(port_owner("::1", server.port()));
}

#ifdef __linux__  // macOS does not look at the address.
TEST(PortOwner, OfAnotherAddressIsNone) {
  const Server server("127.0.0.2");

  EXPECT_FALSE(port_owner("127.0.0.1", server.port()));
  EXPECT_TRUE(port_owner("127.0.0.2", server.port()));
  EXPECT_FALSE(port_owner("::1", server.port()));
}

TEST(PortOwner, IsFoundBesideAProcessOfTheSameNetwork) {
  const Server server("127.0.0.1");
  const auto owner = port_owner_beside(::getpid(), "127.0.0.1", server.port());

  ASSERT_TRUE(owner);
  EXPECT_EQ(owner->pid, ::getpid());
  EXPECT_FALSE(port_owner_beside(::getpid(), "203.0.113.7", server.port()));
}
#endif

}  // namespace
}  // namespace exo_harness::process
