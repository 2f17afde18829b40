#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "exo_reports/run_record.h"

namespace exo_reports {

/// How many tests the quick selection left out.
std::size_t count_left_out(const RunRecord& run);

/// Tests of one suite that were left out, and what that means.
struct LeftOut {
  std::size_t count = 0;
  std::string what;  ///< `of inference left out by the quick selection; not asked at all: A.B, A.C and 3 more`.
};

/// By suite. A promise is *not asked at all* when no test of it was planned, in whatever placement.
std::vector<LeftOut> left_out_by_suite(const RunRecord& run);

}  // namespace exo_reports
