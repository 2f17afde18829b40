#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_reports/gate.h"

#include "is_reason_test.h"
#include "made_run_test.h"
#include "parts.h"

namespace exo_reports {
namespace {

using testing::ElementsAre;

QuarantineEntry entry(const std::string& signature, const std::string& expires) {
  return {"A.*", signature, "ann", "EXO-7", "known", "2026-11-20", expires};
}

TEST(Quarantine, HoldsForOneFailureUntilItsDay) {
  const MadeRun a = made_run("a").test("A.X", "passed"), b = made_run("b").test("A.X", "failed", "no answer");
  GateOptions options = without_performance();
  options.quarantine = {entry("*no answer*", "2026-11-30")};
  GateResult result = compare(a, b, options);
  EXPECT_THAT(result.reasons, ElementsAre(is_reason(GateVerdict::pass, "test.quarantined", "EXO-7")));
  EXPECT_EQ(result.counts["quarantined"], 1);

  options.quarantine = {entry("*no answer*", "2026-11-28")};
  EXPECT_THAT(compare(a, b, options).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "test.new_failure", "its quarantine ended on 2026-11-28")));
  options.quarantine = {entry("*no answer*", "2026-12-10")};
  options.quarantine.front().added = "2026-12-01";
  EXPECT_THAT(compare(a, b, options).reasons,
              ElementsAre(is_reason(GateVerdict::fail, "test.new_failure", "its quarantine begins on 2026-12-01")));
  options.quarantine = {entry("*another*", "2026-11-30")};
  EXPECT_EQ(compare(a, b, options).verdict, GateVerdict::fail);
}

TEST(Quarantine, IsNotNeededByWhatPasses) {
  GateOptions options = without_performance();
  options.quarantine = {entry("*", "2026-11-30")};
  options.quarantine.front().test = "A.X";
  EXPECT_THAT(compare(with_attempts("a", 0, 1), with_attempts("b", 0, 20), options).reasons,
              ElementsAre(is_reason(GateVerdict::pass, "quarantine.needless")));
}

TEST(QuarantineFile, IsReadStrictly) {
  const exo_harness::TemporaryFolder folder;
  const auto file = folder.path() / "quarantine.toml";
  const std::string good =
      "[[quarantine]]\ntest = 'A.X'\nsignature = 'EXO-1'\nowner = 'ann'\nissue = 'i'\nreason = 'r'\n"
      "added = '2026-11-20'\nexpires = '2026-12-01'\n";
  exo_harness::write_file(file, good);
  ASSERT_EQ(read_quarantine(file).size(), 1u);
  EXPECT_EQ(read_quarantine(file).front().expires, "2026-12-01");
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"owner = 'ann'\n", ""},
                                                        {"2026-12-01", "2026-12-05"},
                                                        {"2026-12-01", "2026-13-01"},
                                                        {"2026-12-01", "soon"},
                                                        {"2026-12-01", "2026-11-19"},
                                                        {"owner", "oner"},
                                                        {"'A.X'", "'**'"},
                                                        {"'EXO-1'", "'*'"},
                                                        {"[[quarantine]]", "[[quarantined]]"}}) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    exo_harness::write_file(file, bad);
    EXPECT_THROW(read_quarantine(file), exo_harness::HarnessError) << bad;
  }
}

TEST(Patterns, TakeAStarForAnything) {
  EXPECT_TRUE(matches_pattern("A.One/tiny", "A.*"));
  EXPECT_TRUE(matches_pattern("A.One/tiny", "*One*"));
  EXPECT_TRUE(matches_pattern("", "*"));
  EXPECT_TRUE(matches_pattern("aXbXc", "a*X*c"));
  EXPECT_FALSE(matches_pattern("A.One", "A.On"));
  EXPECT_FALSE(matches_pattern("A.One", "B*"));
  EXPECT_FALSE(matches_pattern("A.One", ""));
}

}  // namespace
}  // namespace exo_reports
