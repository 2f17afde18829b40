#include "exo_harness/process/line_channel.h"

#include <array>

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "exo_harness/core/format.h"

namespace exo_harness::process {
namespace {

constexpr int kLines = 1000;

/// As narrow as the system allows: macOS gives 8 KiB where Linux gives 200.
std::pair<UniqueFd, UniqueFd> narrow_ends() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const int room = 4096;
  for (const int fd : ends) {
    ::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  }
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

std::string line_of(int number) {
  return format("SURVIVOR {} {}", number, std::string(150, 'x'));
}

TEST(ALineChannel, ThatIsNarrowLosesAndTearsNothing) {
  auto [left, right] = narrow_ends();
  LineChannel talker(std::move(left)), listener(std::move(right));
  for (int i = 0; i < kLines; ++i) EXPECT_TRUE(talker.send(line_of(i)));
  EXPECT_FALSE(talker.flush(Deadline::after(milliseconds(0)))) << "the test is none: it all found room";

  std::vector<std::string> got;
  while (got.size() < kLines) {
    talker.receive();
    const auto lines = listener.receive();
    ASSERT_FALSE(lines.empty() && talker.flush(Deadline::after(milliseconds(0))) && listener.receive().empty());
    got.insert(got.end(), lines.begin(), lines.end());
  }

  for (int i = 0; i < kLines; ++i) EXPECT_EQ(got[static_cast<std::size_t>(i)], line_of(i));
}

TEST(ALineChannel, WhoseOtherEndDoesNotReadKeepsNoMoreThanAMebibyte) {
  auto [left, right] = narrow_ends();
  LineChannel talker(std::move(left)), listener(std::move(right));
  for (int i = 0; i < 20 * kLines; ++i) EXPECT_TRUE(talker.send(line_of(i)));

  std::size_t got = 0;
  for (bool all = false; !all;) {
    all = talker.flush(Deadline::after(milliseconds(0)));
    for (const std::string& line : listener.receive()) {
      EXPECT_EQ(line, line_of(static_cast<int>(got)));
      ++got;
    }
  }
  EXPECT_GT(got * line_of(0).size(), 900u << 10);
  EXPECT_LT(got * line_of(0).size(), 1200u << 10);
}

TEST(ALineChannel, WhoseOtherEndIsGoneSaysSo) {
  auto [left, right] = narrow_ends();
  LineChannel talker(std::move(left));
  right.reset();

  EXPECT_FALSE(talker.send("BEAT"));
  EXPECT_FALSE(talker.flush(Deadline::after(std::chrono::seconds(20))));
}

TEST(ALineChannel, HasRoomForWhatALargeCleanUpTells) {
  auto [left, right] = connected_ends();
  LineChannel talker(std::move(left));
  for (int i = 0; i < 100; ++i) talker.send(line_of(i));

  EXPECT_TRUE(talker.flush(Deadline::after(milliseconds(0))));
}

}  // namespace
}  // namespace exo_harness::process
