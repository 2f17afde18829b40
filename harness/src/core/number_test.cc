#include "exo_harness/core/number.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace exo_harness {
namespace {

TEST(WholeNumber, IsAllOfTheText) {
  EXPECT_EQ(whole_number<int>("42"), 42);
  EXPECT_EQ(whole_number<int>("-1"), -1);
  EXPECT_EQ(whole_number<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  for (const char* other : {"", " 42", "42 ", "+42", "4.2", "42x", "0x2a", "-", "2147483648"})
    EXPECT_EQ(whole_number<int>(other), std::nullopt) << other;
  EXPECT_EQ(whole_number<unsigned>("-1"), std::nullopt);
}

}  // namespace
}  // namespace exo_harness
