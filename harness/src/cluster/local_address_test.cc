#include "exo_harness/cluster/local_address.h"

#include <gtest/gtest.h>

namespace exo_harness::cluster {
namespace {

TEST(AnAddressOfThisMachine, IsOneThatCanBeBoundHere) {
  EXPECT_TRUE(is_on_this_machine("http://127.0.0.1:52415"));
  EXPECT_TRUE(is_on_this_machine("http://127.0.0.1/x:y"));
  EXPECT_TRUE(is_on_this_machine("127.0.0.1:52415"));
}

// 192.0.2.0/24 and 2001:db8::/32 are for documents: RFC 5737, RFC 3849.
TEST(AnAddressOfThisMachine, IsNotThatOfAnother) {
  EXPECT_FALSE(is_on_this_machine("http://192.0.2.1:52415"));
  EXPECT_FALSE(is_on_this_machine("http://[2001:db8::1]:52415"));
  EXPECT_FALSE(is_on_this_machine("http://:52415"));
}

}  // namespace
}  // namespace exo_harness::cluster
