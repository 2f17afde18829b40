#include "poller.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exo_harness/core/clock.h"

namespace exo_harness::http {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000, kLongNs = 20'000 * kNsPerMs;

class Sockets : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0); }
  void TearDown() override {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  std::int64_t later() { return monotonic_ns() + kLongNs; }
  int ends[2] = {-1, -1};
  Poller poller;
};

using Poll = Sockets;

TEST_F(Poll, TellsWhatIsReady) {
  poller.watch(ends[0], true, false);
  ASSERT_EQ(::write(ends[1], "x", 1), 1);

  const auto& ready = poller.wait(later());

  ASSERT_EQ(ready.size(), 1u);
  EXPECT_EQ(ready[0].fd, ends[0]);
  EXPECT_TRUE(ready[0].readable);
  EXPECT_FALSE(ready[0].writable);
}

TEST_F(Poll, ReturnsAtItsTimeAndNotBefore) {
  poller.watch(ends[0], true, false);
  const std::int64_t until = monotonic_ns() + 3 * kNsPerMs;
  while (monotonic_ns() < until) EXPECT_TRUE(poller.wait(until).empty());
  EXPECT_TRUE(poller.wait(until).empty()) << "a time that is over does not wait";
  EXPECT_TRUE(poller.wait(0).empty());
}

TEST_F(Poll, ForgetsAndChanges) {
  poller.watch(ends[0], false, true);
  EXPECT_TRUE(poller.wait(later()).at(0).writable);
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  poller.watch(ends[0], true, false);
  EXPECT_FALSE(poller.wait(later()).at(0).writable);
  poller.forget(ends[0]);
  EXPECT_TRUE(poller.wait(monotonic_ns() + kNsPerMs).empty());
}

TEST_F(Poll, WatchesADescriptorThatWasGivenOutAgain) {
  poller.watch(ends[0], true, false);
  ::close(ends[0]);
  ::close(ends[1]);
  SetUp();
  ASSERT_EQ(::write(ends[1], "x", 1), 1);
  poller.watch(ends[0], true, false);
  EXPECT_EQ(poller.wait(later()).size(), 1u);
}

}  // namespace
}  // namespace exo_harness::http
