// Whoever answers in the place of the cluster that was started is not measured, and whoever stays is named.
#include <cstring>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"

#include "cluster/fake_address.h"
#include "harness_run.h"

namespace exo_harness::tools {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// A program that listens on the loopback of that family, and never answers.
class Listener {
 public:
  explicit Listener(int family) : fd_(::socket(family, SOCK_STREAM, 0)) {
    ::fcntl(fd_.get(), F_SETFD, FD_CLOEXEC);
    sockaddr_storage address{};
    address.ss_family = static_cast<sa_family_t>(family);
    auto* four = reinterpret_cast<sockaddr_in*>(&address);
    auto* six = reinterpret_cast<sockaddr_in6*>(&address);
    family == AF_INET ? void(four->sin_addr.s_addr = htonl(INADDR_LOOPBACK)) : void(six->sin6_addr = in6addr_loopback);
    socklen_t size = family == AF_INET ? sizeof *four : sizeof *six;
    if (!fd_ || ::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return;
    ::listen(fd_.get(), 8);
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(family == AF_INET ? four->sin_port : six->sin6_port);
  }
  /// 0: this machine has no such loopback.
  int port() const { return port_; }

 private:
  UniqueFd fd_;
  int port_ = 0;
};

RunPlan on_port(const char* host, int port) {
  RunPlan plan;
  plan.style = "exits-at-once";
  plan.api = format("http://{}:{}", host, port);
  return plan;
}

struct Place {
  const char* name;
  int family;
  const char* host;
};

class ATakenPort : public testing::TestWithParam<Place> {};

TEST_P(ATakenPort, IsRefusedWithItsOwner) {
  const Listener listener(GetParam().family);
  if (listener.port() == 0) GTEST_SKIP() << "this machine has no such loopback address";
  HarnessRun run(on_port(GetParam().host, listener.port()));

  const auto status = run.wait();

  ASSERT_TRUE(status) << run.output();
  EXPECT_EQ(status->code, 2);
  EXPECT_THAT(run.output(), AllOf(HasSubstr("already taken"), HasSubstr(format("pid {} ", ::getpid()))));
  EXPECT_THAT(run.left(), testing::IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Hosts, ATakenPort,
                         testing::Values(Place{"Four", AF_INET, "127.0.0.1"}, Place{"Six", AF_INET6, "[::1]"},
                                         Place{"FourByName", AF_INET, "localhost"},
                                         Place{"SixByName", AF_INET6, "localhost"}),
                         [](const auto& info) { return std::string(info.param.name); });

// As `ssh` does, the script only asks another host to start something; what it asked is not its child.
TEST(ARemoteNode, ThatStaysIsNamed) {
  RunPlan plan;
  plan.style = "asks-another-host";
  plan.stop_limit = 2;
  HarnessRun run(plan);
  ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), milliseconds(10), [&] {
    return std::filesystem::exists(run.folder() / "registry" / "asked");
  })) << run.output();
  process::CommandOptions remote;
  remote.command = {EXO_BIN_DIR "/start-fake-cluster"};
  remote.environment = {
      {"EXO_HARNESS_NODES", "1"}, {"EXO_FAKE_SPEED", "0"}, {"EXO_FAKE_PORT", std::to_string(run.port())}};
  remote.output = run.folder() / "remote.log";
  process::Child node = process::Child::start(remote);

  const auto status = run.wait();
  node.end(milliseconds(2000));

  ASSERT_TRUE(status) << run.output();
  EXPECT_EQ(status->code, 1) << run.output();
  EXPECT_THAT(run.output(), AllOf(HasSubstr("left running"), HasSubstr(format(":{} still answers", run.port()))));
}

}  // namespace
}  // namespace exo_harness::tools
