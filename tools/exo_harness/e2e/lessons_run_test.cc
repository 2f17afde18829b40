// A run with the miniature models: what they were taught is asked on every placement of every generation, and right.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

#include "broken_run.h"

namespace exo_harness::tools {
namespace {

struct Taught {
  const char* model;
  const char* generation;
  const char* placement;
};

void PrintTo(const Taught& taught, std::ostream* os) {
  *os << taught.model << " as " << taught.placement << " on " << taught.generation;
}

class TaughtModel : public testing::TestWithParam<Taught> {
 protected:
  TemporaryFolder folder_;
};

TEST_P(TaughtModel, AnswersWhatItWasTaught) {
  BrokenRun run{"inference", GetParam().placement, "*Lesson.*"};
  run.model = GetParam().model;
  run.generation = GetParam().generation;

  const SeenRun seen = run_broken(run, folder_.path());

  ASSERT_EQ(seen.trouble, "") << seen.output;
  EXPECT_EQ(seen.exit_code, 0) << seen.output;
  int passed = 0;
  for (const journal::TestEnded& test : seen.tests) passed += test.result == Verdict::passed ? 1 : 0;
  EXPECT_GE(passed, 6) << seen.output;
}

// Also what it was not taught: the fake answers that as of any model.
TEST_P(TaughtModel, PassesWhatEveryModelMust) {
  BrokenRun run{"inference", GetParam().placement, "*"};
  run.model = GetParam().model;
  run.generation = GetParam().generation;

  const SeenRun seen = run_broken(run, folder_.path());

  ASSERT_EQ(seen.trouble, "") << seen.output;
  EXPECT_EQ(seen.exit_code, 0) << seen.output;
}

constexpr Taught kTaught[] = {
    {"mini-llama", "v1.0.71", "single"}, {"mini-llama", "main", "pipeline-2"}, {"mini-llama", "zenoh", "tensor-2"}};

INSTANTIATE_TEST_SUITE_P(Minis, TaughtModel, testing::ValuesIn(kTaught), [](const auto& info) {
  std::string name = std::string(info.param.model) + "_" + info.param.generation;
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

}  // namespace
}  // namespace exo_harness::tools
