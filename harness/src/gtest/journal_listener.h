#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exo_harness/journal/records.h"

namespace exo_harness::gtest {

/// Writes what GoogleTest tells into the journal of the session, and remembers what the exit code needs.
///
/// A failure outside any test (SetUpTestSuite, an Environment) becomes a test case of its own: GoogleTest would show it
/// as skipped tests and nothing else.
class JournalListener : public testing::EmptyTestEventListener {
 public:
  void OnTestProgramStart(const testing::UnitTest& unit) override;
  void OnTestSuiteStart(const testing::TestSuite& suite) override;
  void OnTestStart(const testing::TestInfo& test) override;
  void OnTestPartResult(const testing::TestPartResult& part) override;
  void OnTestEnd(const testing::TestInfo& test) override;
  void OnTestSuiteEnd(const testing::TestSuite& suite) override;
  void OnTestProgramEnd(const testing::UnitTest& unit) override;

  /// Whether every failure was of the environment (exit 3), or of the harness (exit 2).
  bool only_environment() const { return environment_ > 0 && other_ == 0 && harness_ == 0; }
  bool only_harness() const { return harness_ > 0 && other_ == 0; }
  /// The reason of the skip of the test that ended last; empty when it was not skipped.
  const std::string& skip_reason() const { return ended_.skip_reason; }
  Verdict result() const { return ended_.result.value_or(Verdict::inconclusive); }

 private:
  void count(Verdict verdict);
  void end_outside(const std::string& name);

  journal::TestEnded ended_;
  std::vector<journal::TestFailure> outside_;
  std::string suite_;
  bool in_test_ = false, threw_ = false;
  int environment_ = 0, harness_ = 0, other_ = 0;
};

/// What a failure says, its middle left out beyond 64 KiB: an answer may be of any size, and each failure that shows it
/// goes to the log of the suite, the journal and every report.
std::string message_of(const testing::TestPartResult& part);

/// The path of a source file relative to the repository, as far as it follows from `__FILE__`.
std::string relative_source(const std::string& file);

}  // namespace exo_harness::gtest
