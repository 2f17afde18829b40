#include "app/report_error.h"

#include <gtest/gtest.h>

#include "exo_harness/core/error.h"

namespace exo_harness::tools {
namespace {

TEST(ReportError, SaysWhatWasSeenAndWhatToDo) {
  EXPECT_EQ(error_text(UsageError("no such model: lama", "did you mean llama?")),
            "exo-harness: no such model: lama\n  → did you mean llama?\n");
}

TEST(ReportError, MapsTheClassOfTroubleToTheExitCode) {
  EXPECT_EQ(report_error(UsageError("a", "b")), 2);
  EXPECT_EQ(report_error(HarnessError("a", "b")), 2);
  EXPECT_EQ(report_error(EnvironmentError("a", "b")), 3);
  EXPECT_EQ(report_error(std::runtime_error("a")), 2);
}

}  // namespace
}  // namespace exo_harness::tools
