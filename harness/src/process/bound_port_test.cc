#include "exo_harness/process/bound_port.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace exo_harness::process {
namespace {

TEST(BoundPort, IsTakenWhileItLivesAndFreeAfterwards) {
  int port = 0;
  {
    const BoundPort mine = bind_port("127.0.0.1", 0);
    ASSERT_NE(mine.port, 0);
    port = mine.port;
    EXPECT_EQ(bind_port("127.0.0.1", port).error, EADDRINUSE);
    EXPECT_EQ(bind_port("127.0.0.1", port, SOCK_DGRAM).port, port) << "another kind of port";
  }
  EXPECT_EQ(bind_port("127.0.0.1", port).port, port);
}

TEST(BoundPort, OfAnAddressThatIsNoneIsNotBound) {
  EXPECT_EQ(bind_port("localhost", 0).port, 0);
  EXPECT_EQ(bind_port("", 0).port, 0);
}

}  // namespace
}  // namespace exo_harness::process
