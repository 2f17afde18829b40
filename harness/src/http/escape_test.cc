#include "exo_harness/http/escape.h"

#include <gtest/gtest.h>

namespace exo_harness::http {
namespace {

TEST(PercentEncoded, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encoded("Aa0-._~"), "Aa0-._~");
  EXPECT_EQ(percent_encoded("a/b c?d&e=f#g%h+"), "a%2Fb%20c%3Fd%26e%3Df%23g%25h%2B");
  EXPECT_EQ(percent_encoded("\xc3\xbc\xff"), "%C3%BC%FF");
  EXPECT_EQ(percent_encoded(std::string_view("\0\n", 2)), "%00%0A");
  EXPECT_EQ(percent_encoded(""), "");
}

}  // namespace
}  // namespace exo_harness::http
