// Each lie of the fake, a row of lies.md, turns the test red that promises the contrary.
#include <algorithm>
#include <ostream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"

#include "broken_run.h"
#include "lie_table.h"

namespace exo_harness::tools {

void PrintTo(const Lie& lie, std::ostream* os) {
  *os << lie.fault << " for " << lie.suite << " " << lie.filter;
}

namespace {

const std::vector<Lie>& lies() {
  static const std::vector<Lie> kLies = read_lies(std::string(EXO_SOURCE_DIR) + "/tools/exo_harness/e2e/lies.md");
  return kLies;
}

int code_of(const std::string& verdict) {
  return verdict == "inconclusive" || verdict == "environment" ? 3 : 1;
}

class ALiar : public testing::TestWithParam<Lie> {
 protected:
  static std::string verdict_of(const SeenRun& seen) {
    if (GetParam().red.empty()) return seen.verdict;
    const auto test = std::find_if(seen.tests.begin(), seen.tests.end(), [](const journal::TestEnded& ended) {
      return contains(ended.test, GetParam().red) && ended.result != Verdict::skipped;
    });
    return test == seen.tests.end() ? "did not run"
                                    : std::string(to_string(test->result.value_or(Verdict::inconclusive)));
  }
  TemporaryFolder folder_;
};

TEST_P(ALiar, IsFoundByTheTestThatNamesIt) {
  const Lie& lie = GetParam();
  BrokenRun run{lie.suite, lie.placement, lie.filter, lie.fault};
  run.model = lie.model;
  if (lie.quick) run.arguments = {"--quick"};

  const SeenRun seen = run_broken(run, folder_.path());

  ASSERT_EQ(seen.trouble, "") << seen.output;
  EXPECT_EQ(seen.exit_code, code_of(lie.verdict)) << seen.output;
  EXPECT_EQ(verdict_of(seen), lie.verdict) << seen.output;
  EXPECT_THAT(seen.reasons + seen.output, testing::HasSubstr(lie.says));
}

// What no lie is told about stays as it is, also of a model that thinks and calls tools.
TEST(AnHonestFake, PassesInEachDialect) {
  for (const char* generation : {"v1.0.71", "zenoh"}) {
    SCOPED_TRACE(generation);
    TemporaryFolder folder;
    BrokenRun run{"api_contract", "single", "*Tools.*:*Text.*:*Thinking.*", ""};
    run.model = "scripted";
    run.generation = generation;

    const SeenRun seen = run_broken(run, folder.path());

    ASSERT_EQ(seen.trouble, "") << seen.output;
    EXPECT_EQ(seen.verdict, "passed") << seen.output;
    EXPECT_EQ(seen.tests.size(), 33u);
  }
}

TEST(Lies, AreManyAndEachIsAnother) {
  std::set<std::string> faults, quick;
  for (const Lie& lie : lies()) {
    if (lie.verdict == "unexpected_pass") continue;  // No lie: a finding that is mended.
    faults.insert(lie.fault);
    if (lie.quick) quick.insert(lie.fault);
  }
  EXPECT_GE(faults.size(), 125u);
  EXPECT_GE(quick.size(), 100u);
}

INSTANTIATE_TEST_SUITE_P(Lies, ALiar, testing::ValuesIn(lies()),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace exo_harness::tools
