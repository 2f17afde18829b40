#include "exo_harness/model/checkpoint/architecture.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "model/test_model.h"
#include "tensor_names.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr exo::Mode kOneNode{exo::Sharding::pipeline, exo::Comm::mlx_ring, 1};
constexpr exo::Mode kPipeline2{exo::Sharding::pipeline, exo::Comm::mlx_ring, 2};
constexpr exo::Mode kTensor2{exo::Sharding::tensor, exo::Comm::mlx_ring, 2};

/// What each fixture file states must be what its recorded config.json and header dump give.
class AFixtureWithFacts : public testing::TestWithParam<const char*> {};

TEST_P(AFixtureWithFacts, StatesWhatItsFilesSay) {
  const TemporaryFolder folder;
  write_facts(GetParam(), folder.path());
  const FixtureModel fixture =
      load_fixture_model(fs::path(EXO_FIXTURES_DIR) / "models" / (std::string(GetParam()) + ".toml"));
  const ModelFolder files = read_model_folder(folder.path());

  const Architecture seen = analyse(files);

  EXPECT_EQ(seen.bytes_headers, fixture.bytes);
  EXPECT_EQ(seen.layers.total, fixture.layers);
  EXPECT_EQ(files.config.hidden_size, fixture.hidden_size);
  EXPECT_EQ(files.config.heads, fixture.heads);
  EXPECT_EQ(files.config.kv_heads, fixture.kv_heads);
  EXPECT_EQ(files.config.pattern, fixture.pattern);
  EXPECT_EQ(seen.context_tokens, fixture.context_tokens);
  EXPECT_EQ(seen.parameters_total, fixture.parameters);
  EXPECT_EQ(seen.experts.routed, fixture.experts.routed);
  EXPECT_EQ(seen.experts.active, fixture.experts.active);
  EXPECT_EQ(seen.quantization.bits, fixture.bits);
  EXPECT_THAT(seen.not_known, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Facts, AFixtureWithFacts,
    testing::Values("llama-3.2-1b", "llama-3.2-3b", "llama-3.1-8b", "nemotron-3-nano", "nemotron-3-nano-mlx-8bit",
                    "nemotron-3-nano-mlx-6bit", "nemotron-3-nano-mlx-5bit", "nemotron-3-nano-mlx-4bit",
                    "nemotron-3-nano-mlx-bf16"),
    [](const auto& info) {
      std::string name = info.param;
      name.erase(std::remove_if(name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }), name.end());
      return name;
    });

TEST(TheHeadersOfNemotron3Nano, AreReadFromThirtyOneGigabytesWithinASecond) {
  const TemporaryFolder folder;
  write_facts("nemotron-3-nano", folder.path());
  const std::int64_t begin = monotonic_ns();

  const Architecture seen = analyse(read_model_folder(folder.path()));

  EXPECT_LT(monotonic_ns() - begin, 1'000'000'000);
  EXPECT_EQ(seen.layers.mamba, 23);
  EXPECT_EQ(seen.layers.moe, 23);
  EXPECT_EQ(seen.layers.attention, 6);
  EXPECT_EQ(seen.layers.mlp, 0);
  EXPECT_EQ(seen.experts.shared, 1);
  EXPECT_EQ(seen.context_tokens, 262144u);
  EXPECT_NEAR(static_cast<double>(seen.parameters_active), 3.58e9, 0.03e9);
  // 8 bits and a scale and a bias of 16 for each 64, without the table of 131072 x 2688.
  const double table = 131072.0 * 2688;
  EXPECT_NEAR(static_cast<double>(seen.bytes_active) / ((static_cast<double>(seen.parameters_active) - table) * 1.0625),
              1, 0.01);
  EXPECT_EQ(seen.kv_bytes_per_token, 6u * 2 * 2 * 128 * 2);
  EXPECT_EQ(seen.ssm_state_bytes, 23u * (4096 * 128 * 4 + 3 * 6144 * 2));
}

TEST(Memory, OfOneNodeIsAllWeightsAndTheCache) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path(), 4);
  const ModelFolder files = read_model_folder(folder.path());

  EXPECT_EQ(memory_per_node(files, kOneNode, 0), files.bytes_in_headers());
  EXPECT_EQ(memory_per_node(files, kOneNode, 10) - files.bytes_in_headers(), 10u * 4 * 2 * 2 * 16 * 2);
}

TEST(Memory, OfAStageIsItsLayersAndWhatLiesOnEveryRank) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path(), 4);
  const ModelFolder files = read_model_folder(folder.path());
  const std::uint64_t everywhere = 2 * (512 * 64) * 2 + 64 * 2, norms = 2 * 64 * 2,
                      layer = (2 * 64 * 64 + 2 * 32 * 64 + 3 * 128 * 64) * 2 + norms;

  EXPECT_EQ(files.bytes_in_headers(), everywhere + 4 * layer);
  EXPECT_EQ(memory_per_node(files, kPipeline2, 0), everywhere + 2 * layer);
  EXPECT_EQ(memory_per_node(files, kTensor2, 0), everywhere + 4 * ((layer - norms) / 2 + norms));
}

TEST(Layers, AreSharedOutByTheLargestRemainder) {
  EXPECT_THAT(allocate_layers(52, {1, 1, 1}), ElementsAre(18, 17, 17));
  EXPECT_THAT(allocate_layers(4, {1, 3}), ElementsAre(1, 3));
  EXPECT_THAT(allocate_layers(3, {100, 1, 1}), ElementsAre(1, 1, 1));
  EXPECT_THAT(allocate_layers(2, {1, 1, 1}), IsEmpty());
}

TEST(Cache, OfASlidingWindowStopsGrowing) {
  const ModelConfig config = parse_config(
      R"({"num_hidden_layers":6,"num_attention_heads":4,"head_dim":16,"sliding_window":64,"sliding_window_pattern":3})",
      "c");

  EXPECT_EQ(cache_bytes(config, 1000), (2u * 1000 + 4u * 64) * 2 * 4 * 16 * 2);
}

TEST(Cache, OfLatentAttentionIsOneVectorALayer) {
  const ModelConfig config = parse_config(
      R"({"num_hidden_layers":61,"num_attention_heads":128,"kv_lora_rank":512,"qk_rope_head_dim":64})", "c");

  EXPECT_EQ(cache_bytes(config, 1), 61u * 576 * 2);
}

TEST(Layers, OfExpertsAndMlpAreCountedByFamily) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  ModelFolder files = read_model_folder(folder.path());
  EXPECT_EQ(analyse(files).layers.mlp, 2);
  files.config = parse_config(
      R"({"model_type":"deepseek_v3","num_hidden_layers":61,"n_routed_experts":256,"num_experts_per_tok":8,"first_k_dense_replace":3})",
      "c");

  const LayerCounts counts = analyse(files).layers;

  EXPECT_EQ(counts.attention, 61);
  EXPECT_EQ(counts.mlp, 3);
  EXPECT_EQ(counts.moe, 58);
}

TEST(WhatIsNotKnown, IsSaid) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  ModelFolder files = read_model_folder(folder.path());
  files.config = parse_config(
      R"({"model_type":"llama","num_hidden_layers":2,"quantization_config":{"quant_method":"fp8","fmt":"e4m3"}})", "c");

  const Architecture seen = analyse(files);

  EXPECT_THAT(seen.not_known, ElementsAre(HasSubstr("how long the context is"), HasSubstr("how many heads"),
                                          HasSubstr("packed by `fp8`, which the rules do not know")));
  EXPECT_EQ(seen.quantization.bits, 0);
}

TEST(LayerNumbers, AreFoundWhateverTheFamilyCallsThem) {
  EXPECT_EQ(layer_of("model.layers.12.mlp.up_proj.weight"), 12);
  EXPECT_EQ(layer_of("transformer.h.3.attn.weight"), 3);
  EXPECT_EQ(layer_of("model.norm.weight"), -1);
  EXPECT_EQ(layer_of("layers."), -1);
  EXPECT_EQ(layer_of("layers.99999999999999.x"), 999999);
}

}  // namespace
}  // namespace exo_harness::model
