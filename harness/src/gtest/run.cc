#include "exo_harness/gtest/run.h"

#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/exit_code.h"

namespace exo_harness::gtest {
namespace {

/// Prints a line a test. It never prints GoogleTest's skip marker, which CTest would take for the verdict of the whole
/// process even where a set-up failed.
class LinePrinter : public testing::EmptyTestEventListener {
  void OnTestPartResult(const testing::TestPartResult& part) override {
    if (part.passed()) return;
    std::printf("%s:%d: %s\n", part.file_name() ? part.file_name() : "?", part.line_number(), part.message());
    std::fflush(stdout);
  }
  void OnTestEnd(const testing::TestInfo& test) override {
    const testing::TestResult& result = *test.result();
    const char* word = result.Failed() ? "FAILED" : result.Skipped() ? "skipped" : "ok";
    std::printf("%-8s %s.%s (%lld ms)\n", word, test.test_suite_name(), test.name(),
                static_cast<long long>(result.elapsed_time()));
    std::fflush(stdout);
  }
};

ExitCode exit_code(const testing::UnitTest& unit, int gtest_code) {
  if (gtest_code != 0) return ExitCode::failed;
  if (unit.test_to_run_count() == 0) return ExitCode::nothing_selected;
  if (unit.skipped_test_count() == unit.test_to_run_count()) return ExitCode::all_skipped;
  return ExitCode::passed;
}

}  // namespace

int run(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  auto& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new LinePrinter);
  const ExitCode code = exit_code(*testing::UnitTest::GetInstance(), RUN_ALL_TESTS());
  if (code == ExitCode::nothing_selected) std::fprintf(stderr, "no test matches the filter\n");
  return to_int(code);
}

}  // namespace exo_harness::gtest
