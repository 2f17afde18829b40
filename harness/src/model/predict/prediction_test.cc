#include "exo_harness/model/predict/prediction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tiny_llama_test.h"

namespace exo_harness::model {
namespace {

using exo::Comm;
using exo::Generation;
using exo::Sharding;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ATinyLlama, WorksWhereItsHeadsDivide) {
  for (const exo::Mode& mode : {kSingle, pipeline(2), pipeline(4), tensor(2)}) {
    EXPECT_EQ(predicted(mode).predicted, Expectation::Kind::works) << to_string(mode);
  }
  EXPECT_THAT(predicted(tensor(4)).signature, HasSubstr("hidden_size=64, num_key_value_heads=2"));
  EXPECT_EQ(predicted(tensor(4)).phases, std::vector{Phase::place});
  EXPECT_THAT(predicted(pipeline(5)).signature, HasSubstr("Cannot distribute 4 layers across 5 nodes"));
}

TEST_F(ATinyLlama, NeedsMemoryThatTheCardSays) {
  NodesFacts nodes;
  nodes.free_bytes = {1000, 1'000'000'000};
  EXPECT_THAT(predicted(kSingle, nodes).signature, HasSubstr("No cycles found"));
  EXPECT_EQ(predicted(tensor(2), nodes).predicted, Expectation::Kind::works);
  EXPECT_THAT(predicted(pipeline(2), nodes).signature, HasSubstr("has insufficient memory"));
  EXPECT_THAT(predicted(tensor(3), nodes).reason, HasSubstr("3 nodes are asked for, there are 2"));
}

TEST_F(ATinyLlama, NeedsRdmaForJaccl) {
  const exo::Mode jaccl{Sharding::tensor, Comm::mlx_jaccl, 2};
  NodesFacts without, with, no_metal;
  without.rdma_cycle = false;
  with.rdma_cycle = true;
  no_metal.metal = false;
  EXPECT_EQ(predicted(jaccl).predicted, Expectation::Kind::unknown);
  EXPECT_THAT(predicted(jaccl, without).signature, HasSubstr("Requested RDMA (MlxJaccl)"));
  EXPECT_EQ(predicted(jaccl, with).predicted, Expectation::Kind::works);
  EXPECT_THAT(predicted(jaccl, no_metal, Generation::main).signature, HasSubstr("['MlxMetal']"));
}

/// Two nodes, joined by RDMA one way only.
exo::State two_nodes() {
  exo::State state;
  state.nodes = {"a", "b"};
  state.facts["a"].memory = exo::Memory{100, 10, 0, 0};
  state.facts["b"].memory = exo::Memory{100, 20, 0, 0};
  state.edges = {{exo::Edge::Kind::rdma, "a", "b", "", "", 0, "rdma_en2", "rdma_en2"},
                 {exo::Edge::Kind::socket, "b", "a", "", "", 0, "", ""}};
  return state;
}

TEST(TheNodesOfACluster, TellMemoryRdmaAndMetal) {
  exo::State state = two_nodes();
  EXPECT_THAT(nodes_facts(state).free_bytes, ElementsAre(20, 10));
  EXPECT_EQ(nodes_facts(state).rdma_cycle, false);
  EXPECT_EQ(nodes_facts(state).metal, std::nullopt) << "v1.0.71 does not tell";
  state.edges[1].kind = exo::Edge::Kind::rdma;
  state.facts["a"].backends = {"MlxMetal", "MlxCpu"};
  state.facts["b"].backends = {"MlxCpu"};
  EXPECT_EQ(nodes_facts(state).rdma_cycle, true);
  EXPECT_EQ(nodes_facts(state).metal, false);
  state.facts["b"].backends = {"MlxMetal"};
  EXPECT_EQ(nodes_facts(state).metal, true);
  state.facts["b"].memory.reset();
  EXPECT_THAT(nodes_facts(state).free_bytes, IsEmpty());
}

TEST_F(ATinyLlama, OfAnotherFamilyFailsInItsOwnWay) {
  const std::string rest =
      R"(","num_hidden_layers":4,"hidden_size":64,"num_attention_heads":4,"num_key_value_heads":2})";
  rewrite(R"({"model_type":"frobnicate)" + rest);
  EXPECT_EQ(predicted(kSingle).signature, "Model type frobnicate not supported");
  rewrite(R"({"model_type":"qwen2)" + rest);
  EXPECT_THAT(predicted(tensor(2)).signature, HasSubstr("Unsupported model type: <class 'mlx_lm.models.qwen2.Model'>"));
  rewrite(R"({"tie_word_embeddings":false,"model_type":"qwen2)" + rest);
  EXPECT_THAT(predicted(pipeline(2)).reason, HasSubstr("`model.layers.0.self_attn.q_proj.bias` is missing"));
  rewrite(R"({"model_type":"mistral)" + rest.substr(0, rest.size() - 1) + R"(,"tie_word_embeddings":false})");
  EXPECT_EQ(predicted(pipeline(2)).predicted, Expectation::Kind::works);
  rewrite(R"({"model_type":"gemma3_text)" + rest);
  EXPECT_EQ(predicted(pipeline(2)).phases, std::vector{Phase::warm_up});
  rewrite(R"({"model_type":"olmo2)" + rest);
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::unknown);
}

TEST_F(ATinyLlama, WhoseCardForgetsItsHeadsAnswersWrongly) {
  rewrite(R"({"model_type":"llama","num_hidden_layers":4,"hidden_size":64,"num_attention_heads":3})");

  const Prediction prediction = predicted(tensor(2));

  EXPECT_EQ(prediction.phases, std::vector{Phase::generate});
  EXPECT_TRUE(prediction.wrong_answers);
}

TEST_F(ATinyLlama, WithMissingOrUnreadWeightsAnswersWrongly) {
  rewrite(
      R"({"model_type":"llama","num_hidden_layers":5,"hidden_size":64,"num_attention_heads":4,"num_key_value_heads":2})");
  EXPECT_THAT(predicted(kSingle).reason, HasSubstr("random numbers"));
  files_ = read_model_folder(folder_.path());
  files_.shards[0].name = "weights.safetensors";
  EXPECT_TRUE(predicted(kSingle).wrong_answers);
}

/// The question that the project started from.
class Nemotron3Nano : public testing::Test {
 protected:
  static Prediction predicted(const std::string& id, const exo::Mode& mode, int card_kv_heads = 2,
                              Generation generation = Generation::v1_0_71) {
    const TemporaryFolder folder;
    write_facts(id, folder.path());
    const ModelFolder files = read_model_folder(folder.path());
    CardFacts card = card_of(files, "org/nemotron", generation);
    card.kv_heads = card_kv_heads;
    return predict(files, card, mode, generation);
  }
};

TEST_F(Nemotron3Nano, OfEightBitsCannotBeSplitInTwo) {
  const Prediction prediction = predicted("nemotron-3-nano", tensor(2));

  EXPECT_EQ(prediction.phases, std::vector{Phase::load});
  EXPECT_EQ(prediction.signature, "attempting 2 splits along axis -1 for shape (128,2688,29)");
  EXPECT_THAT(prediction.reason, HasSubstr("1856 inputs in groups of 64 are 29 groups"));
}

TEST_F(Nemotron3Nano, InBfloat16CanBeSplitInTwo) {
  EXPECT_EQ(predicted("nemotron-3-nano-mlx-bf16", tensor(2)).predicted, Expectation::Kind::works);
}

TEST_F(Nemotron3Nano, IsRefusedOnFourRanksOnlyWhenTheCardStatesItsHeads) {
  EXPECT_EQ(predicted("nemotron-3-nano-mlx-bf16", tensor(4), 2).phases, std::vector{Phase::place});
  EXPECT_EQ(predicted("nemotron-3-nano-mlx-bf16", tensor(4), 0).phases, std::vector{Phase::warm_up});
}

TEST_F(Nemotron3Nano, IsNotRefusedAsAPipelineUntilAStageHasNoAttention) {
  for (const int n : {2, 3, 4, 5}) {
    EXPECT_EQ(predicted("nemotron-3-nano-mlx-bf16", pipeline(n)).predicted, Expectation::Kind::works) << n;
    const Prediction packed = predicted("nemotron-3-nano", pipeline(n));
    EXPECT_EQ(packed.predicted, Expectation::Kind::unknown) << n;
    EXPECT_THAT(packed.reason, HasSubstr("no pipeline of `nemotron_h`, packed to 8 bits, was seen on a real Exo"));
  }
  for (const Generation generation : {Generation::v1_0_71, Generation::main}) {
    const Prediction six = predicted("nemotron-3-nano", pipeline(6), 2, generation);
    EXPECT_THAT(six.signature, HasSubstr("ArraysCache.make_mask()"));
    EXPECT_EQ(six.phases, std::vector{generation == Generation::main ? Phase::warm_up : Phase::generate});
  }
}

TEST_F(ATinyLlama, WithoutAKeyThatTheEngineNeedsDoesNotLoad) {
  const std::string all =
      R"("num_hidden_layers":4,"hidden_size":64,"num_attention_heads":4,"num_key_value_heads":2,"vocab_size":512,)"
      R"("intermediate_size":128,"rms_norm_eps":1e-5,"head_dim":16,"tie_word_embeddings":false,)"
      R"("max_position_embeddings":null)";
  rewrite_exactly(R"({"model_type":"qwen3","rope_parameters":{"rope_theta":1000000},)" + all + "}");
  EXPECT_EQ(predicted(kSingle).phases, std::vector{Phase::load});
  EXPECT_EQ(predicted(kSingle).signature, "ModelArgs.__init__() missing 1 required positional argument: 'rope_theta'");
  rewrite_exactly(R"({"model_type":"qwen3","rope_theta":1000000,)" + all + "}");
  EXPECT_THAT(predicted(kSingle).signature, testing::Not(HasSubstr("missing")));
  rewrite_exactly(R"({"model_type":"llama","num_hidden_layers":4,"hidden_size":64,"num_attention_heads":4})");
  EXPECT_EQ(predicted(kSingle).signature,
            "ModelArgs.__init__() missing 3 required positional arguments: "
            "'intermediate_size', 'rms_norm_eps', and 'vocab_size'");
}

TEST_F(ATinyLlama, WorksOnlyWithAReason) {
  EXPECT_EQ(predicted(kSingle).basis, Basis::rule);
  rewrite(R"({"model_type":"phi3","num_hidden_layers":4,"hidden_size":64,"num_attention_heads":4})");
  EXPECT_NE(predicted(tensor(2)).predicted, Expectation::Kind::works);
}

TEST(Predictions, NameTheirSourceAndAReason) {
  const TemporaryFolder folder;
  write_facts("nemotron-3-nano", folder.path());
  const ModelFolder files = read_model_folder(folder.path());

  const auto all = predict_all(files, card_of(files, "org/x", Generation::v1_0_71), Generation::v1_0_71);

  EXPECT_EQ(all.size(), 1u + 4 * 7);
  for (const Prediction& each : all) {
    EXPECT_THAT(each.source, testing::Not(IsEmpty())) << to_string(each);
    EXPECT_THAT(each.reason, testing::Not(IsEmpty())) << to_string(each);
    EXPECT_GT(each.memory_per_node, 0u);
  }
}

}  // namespace
}  // namespace exo_harness::model
