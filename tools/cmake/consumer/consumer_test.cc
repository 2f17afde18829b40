#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/gtest/run.h"

TEST(Consumer, UsesTheInstalledLibrary) {
  EXPECT_EQ(exo_harness::human_bytes(31'200'000'000), "31.2 GB");
}

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}
