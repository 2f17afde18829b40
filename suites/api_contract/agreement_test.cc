// Whichever node is asked, the answer is the same. Source: contract 1, 3.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"

#include "world_sizes.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;
using namespace std::chrono_literals;

constexpr auto kCatchUp = 30s;  // A node applies the events of the master a little later (contract 3).

class EveryNode : public gtest::ClusterTest {
 protected:
  std::vector<std::string> model_ids(std::size_t node) {
    const auto models = cluster().client(node).models(Deadline::after(20s));
    EXPECT_THAT(models, IsOk()) << cluster().nodes()[node].api;
    std::vector<std::string> ids;
    if (models) std::transform(models->begin(), models->end(), std::back_inserter(ids), [](auto& m) { return m.id; });
    std::sort(ids.begin(), ids.end());
    return ids;
  }
  std::string body_of(std::size_t node, std::string_view path) {
    const auto reply = cluster().client(node).raw("GET", path, "", Deadline::after(20s));
    EXPECT_THAT(reply, IsOk()) << cluster().nodes()[node].api;
    return reply ? reply->body : "";
  }
};

QUICK_TEST_F(EveryNode, HasAnIdOfItsOwn) {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < cluster().nodes().size(); ++i) ids.push_back(body_of(i, "/node_id"));

  std::sort(ids.begin(), ids.end());
  EXPECT_EQ(std::unique(ids.begin(), ids.end()), ids.end());
}

QUICK_TEST_F(EveryNode, ListsTheSameModels) {
  const auto first = model_ids(0);

  for (std::size_t i = 1; i < cluster().nodes().size(); ++i) EXPECT_EQ(model_ids(i), first) << cluster().nodes()[i].api;
}

QUICK_TEST_F(EveryNode, SpeaksTheSameGeneration) {
  for (std::size_t i = 1; i < cluster().nodes().size(); ++i) {
    EXPECT_EQ(cluster().nodes()[i].generation, cluster().nodes()[0].generation) << cluster().nodes()[i].api;
    EXPECT_EQ(body_of(i, "/ollama/api/version"), body_of(0, "/ollama/api/version"));
  }
}

class EveryNodeOfAPlacement : public gtest::PlacedTest {};

QUICK_TEST_P(EveryNodeOfAPlacement, ShowsTheInstanceAsReady) {
  for (std::size_t i = 0; i < cluster().nodes().size(); ++i) {
    std::string seen;
    EXPECT_TRUE(wait_until(Deadline::after(std::min<milliseconds>(kCatchUp, cluster().spec().limits.discovery)), 100ms,
                           [&] {
                             const auto state = cluster().client(i).state(Deadline::after(10s));
                             seen = state ? "the instance is not there or not ready" : to_string(state.failure());
                             if (!state || state->instances.count(placed().instance.id) == 0) return false;
                             return state->is_ready(state->instances.at(placed().instance.id));
                           }))
        << cluster().nodes()[i].api << ": " << seen;
  }
}

TEST_P(EveryNodeOfAPlacement, AnswersTheSame) {
  const auto limit = cluster().spec().limits.generate;
  const auto first = cluster().client(0).chat(ask("Say something about bridges.", 12), Deadline::after(limit));
  ASSERT_THAT(first, IsOk());

  for (std::size_t i = 1; i < cluster().nodes().size(); ++i) {
    const auto other = cluster().client(i).chat(ask("Say something about bridges.", 12), Deadline::after(limit));
    ASSERT_THAT(other, IsOk()) << cluster().nodes()[i].api;
    EXPECT_THAT(*other, gtest::SaysTheSameAs(*first)) << cluster().nodes()[i].api;
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EveryNodeOfAPlacement, testing::ValuesIn(one_per_world_size()),
                         gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites
