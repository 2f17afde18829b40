// What stands around an answer of a placed model. Source: contract 1, 6, 7, 8, 13, 13.1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

#include "as_recorded.h"
#include "frames.h"
#include "world_sizes.h"

namespace exo_harness::suites {
namespace {

class Envelope : public gtest::PlacedTest {
 protected:
  void SetUp() override {
    gtest::PlacedTest::SetUp();
    if (HasFatalFailure() || IsSkipped()) return;
    if (cluster().generation() == exo::Generation::unknown) GTEST_SKIP() << kNotRecorded;
  }
  http::Reply expect(const char* number) {
    return expect_as_recorded(client(), recording_of(cluster().generation(), number),
                              {scenario().model.repo, placed().instance.id, scenario().model.thinks},
                              Deadline::after(cluster().spec().limits.generate));
  }
};

QUICK_TEST_P(Envelope, OfAnAnswer) {
  expect("30");
}

QUICK_TEST_P(Envelope, OfAStream) {
  expect("31");
}

TEST_P(Envelope, OfAStreamThatAsksForUsage) {
  expect("33");
}

// What readers go by that take more than one kind of stream.
TEST_P(Envelope, OfAChunkSaysThatItIsOne) {
  const std::string body =
      format(R"({{"model":"{}","messages":[{{"role":"user","content":"hi"}}],"max_tokens":4,"stream":true}})",
             scenario().model.repo);

  const auto reply =
      client().raw("POST", "/v1/chat/completions", body, Deadline::after(cluster().spec().limits.generate));

  ASSERT_THAT(reply, gtest::IsOk());
  int chunks = 0, others = 0;
  for (const Frame& frame : frames_of(reply->body)) {
    if (frame.kind != "data") continue;
    ++chunks;
    others += contains(frame.json, R"("object":"chat.completion.chunk")") ? 0 : 1;
  }
  ASSERT_GT(chunks, 0);
  gtest::expect_unless_known("chunks-do-not-say-that-they-are-chunks", others == 0,
                             format("{} of {} chunks do not say `chat.completion.chunk`", others, chunks));
}

QUICK_TEST_P(Envelope, OfLogprobs) {
  expect("32");
}

TEST_P(Envelope, OfAnAnswerToAnUnknownField) {
  expect("303");
}

TEST_P(Envelope, OfAnAnswerToContentInParts) {
  expect("305");
}

TEST_P(Envelope, OfBench) {
  expect("35");
}

TEST_P(Envelope, OfBenchThatAsksForAStream) {
  expect("34");
}

TEST_P(Envelope, OfTheChatBelowOllamaIsAsTheGenerationHasIt) {
  expect("311");
}

QUICK_TEST_P(Envelope, OfTheInstance) {
  expect("302");
}

TEST_P(Envelope, OfAllInstances) {
  expect("317");
}

TEST_P(Envelope, OfAnAwaitedInstanceIsAsTheGenerationHasIt) {
  expect("314");
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Envelope, testing::ValuesIn(one_per_world_size()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites
