#include "exo_harness/exo/mode.h"

#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::exo {
namespace {

TEST(ModeNames, GoBothWays) {
  for (const char* name : {"single", "pipeline-2", "tensor-4", "pipeline-jaccl-2", "tensor-jaccl-3"}) {
    const auto mode = parse_short_name(name);
    ASSERT_TRUE(mode) << name;
    EXPECT_EQ(short_name(*mode), name);
  }
  for (const char* name : {"", "tensor", "tensor-", "tensor-0", "tensor-2x", "Tensor-2", "jaccl-2", "tensor--2"}) {
    EXPECT_FALSE(parse_short_name(name)) << name;
  }
}

/// A sound instance of `n` ranks with 8 layers.
Instance sound(const std::string& tag, const std::string& shard_tag, int n) {
  Instance instance;
  instance.id = "i";
  instance.tag = tag;
  for (int i = 0; i < n; ++i) {
    const std::string name(1, static_cast<char>('a' + i));
    const bool is_tensor = shard_tag[0] == 'T';
    instance.ranks.push_back({"r" + name,
                              "n" + name,
                              {shard_tag, "m", i, n, is_tensor ? 0 : 8 * i / n, is_tensor ? 8 : 8 * (i + 1) / n, 8}});
    instance.jaccl_coordinators["n" + name] = "10.0.0.1:5000";
  }
  for (int i = 0; i < n; ++i) {
    auto& row = instance.jaccl_devices.emplace_back();
    for (int j = 0; j < n; ++j) row.push_back(i == j ? "" : "rdma_en4");
  }
  return instance;
}

Instance pipeline() {
  return sound("MlxRingInstance", "PipelineShardMetadata", 2);
}
Instance jaccl() {
  return sound("MlxJacclInstance", "TensorShardMetadata", 3);
}

TEST(ProvenMode, IsReadFromASoundInstance) {
  EXPECT_EQ(short_name(*proven_mode(pipeline())), "pipeline-2");
  EXPECT_EQ(short_name(*proven_mode(jaccl())), "tensor-jaccl-3");
  EXPECT_EQ(short_name(*proven_mode(sound("MlxRingInstance", "TensorShardMetadata", 2))), "tensor-2");
  EXPECT_EQ(short_name(*proven_mode(sound("MlxRingInstance", "PipelineShardMetadata", 1))), "single");
}

void expect_mismatch(const Instance& instance, const std::string& part) {
  const auto mode = proven_mode(instance);
  ASSERT_FALSE(mode.ok()) << part;
  EXPECT_EQ(mode.failure().kind, FailureKind::mismatch);
  EXPECT_TRUE(contains(mode.failure().what, part)) << mode.failure().what;
}

template <class Change>
Instance changed(Instance instance, Change change) {
  change(instance);
  return instance;
}

TEST(ProvenMode, EachContradictionIsReported) {
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.tag = "WarpInstance"; }), "WarpInstance");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks.clear(); }), "no ranks");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks.pop_back(); }), "world size 2");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks[1].shard.rank = 0; }), "rank 1");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks[1].node_id = ""; }), "no node");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks[1].node_id = "na"; }), "holds two ranks");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks[1].shard.tag = "TensorShardMetadata"; }), "rank 1 is");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks[1].shard.layers = 9; }), "counts 9 layers");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks[1].shard.start_layer = 5; }), "gap or an overlap");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks[1].shard.start_layer = 3; }), "gap or an overlap");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.ranks[1].shard.end_layer = 7; }), "7 of 8 layers");
  expect_mismatch(changed(pipeline(), [](Instance& i) { i.hosts_by_node["na"] = {"x"}; }), "1 ring hosts");
  expect_mismatch(changed(jaccl(), [](Instance& i) { i.ranks[2].shard.end_layer = 4; }), "instead of all 8");
}

TEST(ProvenMode, TheMatrixMustHaveExactlyItsDiagonalEmpty) {
  expect_mismatch(changed(jaccl(), [](Instance& i) { i.jaccl_devices.pop_back(); }), "2 rows for 3 ranks");
  expect_mismatch(changed(jaccl(), [](Instance& i) { i.jaccl_devices[1].pop_back(); }), "row 1");
  expect_mismatch(changed(jaccl(), [](Instance& i) { i.jaccl_devices[0][2] = ""; }), "row 0, column 2 is null");
  expect_mismatch(changed(jaccl(), [](Instance& i) { i.jaccl_devices[1][1] = "rdma_en2"; }), "on the diagonal");
  expect_mismatch(changed(jaccl(), [](Instance& i) { i.jaccl_coordinators.erase("nb"); }), "no JACCL coordinator");
}

TEST(State, IsReadyWhenEachRankOfTheInstanceIs) {
  State state;
  const Instance instance = pipeline();
  EXPECT_FALSE(state.is_ready(instance));
  state.runners["ra"].phase = RunnerPhase::ready;
  EXPECT_FALSE(state.is_ready(instance));
  EXPECT_EQ(state.phase_of("rb"), RunnerPhase::absent);
  state.runners["rb"].phase = RunnerPhase::running;
  EXPECT_TRUE(state.is_ready(instance));
  EXPECT_FALSE(state.is_ready(Instance{}));
}

}  // namespace
}  // namespace exo_harness::exo
