#include "exo_harness/model/predict/prediction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "model/checkpoint/exo_rules.h"
#include "model/test_model.h"

namespace exo_harness::model {
namespace {

using exo::Comm;
using exo::Generation;
using exo::Sharding;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr exo::Mode kSingle{Sharding::pipeline, Comm::mlx_ring, 1};
exo::Mode tensor(int n) {
  return {Sharding::tensor, Comm::mlx_ring, n};
}
exo::Mode pipeline(int n) {
  return {Sharding::pipeline, Comm::mlx_ring, n};
}

class ATinyLlama : public testing::Test {
 protected:
  void SetUp() override {
    write_tiny_llama(folder_.path(), 4);
    files_ = read_model_folder(folder_.path());
  }
  Prediction predicted(const exo::Mode& mode, const NodesFacts& nodes = {},
                       Generation generation = Generation::v1_0_71) {
    CardFacts card = card_of(files_, "org/x", generation);
    card.supports_tensor = true;
    return predict(files_, card, mode, generation, nodes);
  }
  void rewrite_exactly(const std::string& config) { files_.config = parse_config(config, "config.json"); }
  /// With the keys that no engine's module does without.
  void rewrite(std::string config) {
    for (const char* key : {"rms_norm_eps", "vocab_size", "intermediate_size"}) {
      const int value = std::string_view(key) == "vocab_size" ? 512 : 128;
      if (!contains(config, key)) config.insert(1, format("\"{}\":{},", key, value));
    }
    rewrite_exactly(config);
  }

  TemporaryFolder folder_;
  ModelFolder files_;
};

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

/// A tiny Llama to which one thing was done after its files were read.
class AnAlteredLlama : public ATinyLlama {
 protected:
  Tensor& tensor(const std::string& name) {
    for (Shard& shard : files_.shards) {
      for (Tensor& each : shard.header.tensors) {
        if (each.name == name) return each;
      }
    }
    ADD_FAILURE() << "no tensor " << name;
    return files_.shards.front().header.tensors.front();
  }
  void remove(const std::string& name) { tensor(name).name = "of.no.use"; }
  /// Every placement that has no reason of its own to fail.
  void expect_unknown(const std::string& reason) {
    for (const exo::Mode& mode : {kSingle, pipeline(2), pipeline(4), ::exo_harness::model::tensor(2)}) {
      const Prediction seen = predicted(mode);
      EXPECT_EQ(seen.predicted, Expectation::Kind::unknown) << to_string(mode) << ": " << to_string(seen);
      EXPECT_THAT(seen.reason, HasSubstr(reason)) << to_string(mode);
    }
  }
  const std::string up_ = "model.layers.1.mlp.up_proj.weight";
};

TEST_F(AnAlteredLlama, OfATypeThatMlxRefusesFailsToLoad) {
  for (const char* dtype : {"F64", "F8_E5M2", "F8_E8M0", "F4", "F6_E2M3", "F8_E4M3FNUZ"}) {
    tensor("model.norm.weight").dtype = dtype;
    EXPECT_EQ(predicted(kSingle).phases, std::vector{Phase::load}) << dtype;
    EXPECT_EQ(predicted(kSingle).signature, format("[safetensor] unsupported dtype{}", dtype));
  }
}

TEST_F(AnAlteredLlama, OfBytesThatMlxTakesRawAnswersWronglyOrNotAtAll) {
  tensor(up_).dtype = "F8_E4M3";
  EXPECT_TRUE(predicted(kSingle).wrong_answers);
  tensor("model.embed_tokens.weight").dtype = "F8_E4M3";
  EXPECT_EQ(predicted(kSingle).signature, "Received unsupported type uint8");
  EXPECT_EQ(predicted(kSingle).phases, std::vector{Phase::warm_up});
}

TEST_F(AnAlteredLlama, OfScalesThatMlxTakesRawIsUnknown) {
  Tensor scales = tensor(up_);  // As NVFP4 has them, beside a weight of half the bytes.
  scales.name = "model.layers.1.mlp.up_proj.weight_scale";
  scales.dtype = "F8_E4M3";
  files_.shards[0].header.tensors.push_back(scales);
  tensor(up_).dtype = "U8";
  expect_unknown("is U8: MLX takes it as numbers of that type");
}

TEST_F(AnAlteredLlama, OfATypeThatIsNoWeightIsUnknown) {
  for (const char* dtype : {"C64", "I32", "U8", "BOOL"}) {
    tensor(up_).dtype = dtype;
    expect_unknown(format("`{}` is {}: MLX takes it as numbers of that type", up_, dtype));
  }
}

TEST_F(AnAlteredLlama, ThatLacksAnyWeightIsUnknown) {
  for (const char* name : {"model.embed_tokens.weight", "model.norm.weight", "lm_head.weight",
                           "model.layers.0.input_layernorm.weight", "model.layers.3.post_attention_layernorm.weight",
                           "model.layers.2.self_attn.k_proj.weight", "model.layers.1.mlp.down_proj.weight"}) {
    files_ = read_model_folder(folder_.path());
    remove(name);
    EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::unknown) << name;
    EXPECT_THAT(predicted(kSingle).reason, HasSubstr("random numbers")) << name;
  }
}

TEST_F(AnAlteredLlama, WhoseShapesAreNotThoseOfTheConfigIsUnknown) {
  const auto change = [&](const std::string& key, const std::string& from, const std::string& to) {
    files_ = read_model_folder(folder_.path());
    std::string config = read_file(folder_.path() / "config.json");
    const std::string old = "\"" + key + "\":" + from;
    ASSERT_NE(config.find(old), std::string::npos);
    rewrite(config.replace(config.find(old), old.size(), "\"" + key + "\":" + to));
  };
  change("hidden_size", "64", "128");
  expect_unknown("`model.embed_tokens.weight` is (512, 64), by config.json it is (512, 128)");
  change("vocab_size", "512", "511");
  expect_unknown("by config.json it is (511, 64)");
  change("intermediate_size", "128", "126");
  expect_unknown("`model.layers.0.mlp.gate_proj.weight` is (128, 64)");
  change("num_attention_heads", "4", "2");
  expect_unknown("`model.layers.0.self_attn.q_proj.weight` is (64, 64), by config.json it is (32, 64)");
  change("num_key_value_heads", "2", "4");
  expect_unknown("`model.layers.0.self_attn.k_proj.weight`");
  change("num_attention_heads", "4", "0");
  EXPECT_EQ(predicted(kSingle).reason, "config.json says of no attention head");
  change("num_hidden_layers", "4", "3");
  EXPECT_THAT(predicted(kSingle).reason, HasSubstr("the weights hold a layer 3, config.json says of 3 layers"));
}

TEST_F(AnAlteredLlama, OfOddNumbersOrAnUnknownHeadIsUnknown) {
  const std::string config = read_file(folder_.path() / "config.json");
  const auto with = [&](const std::string& more) { rewrite(config.substr(0, config.rfind('}')) + "," + more + "}"); };
  with("\"rope_theta\":NaN");
  expect_unknown("config.json: rope_theta is NaN");
  with("\"time_step_limit\":[0.0,Infinity]");
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::works);
  rewrite(std::string(config).replace(config.find(",\"tie_word_embeddings\":false"), 28, ""));
  expect_unknown("config.json does not say `tie_word_embeddings`");
}

TEST_F(AnAlteredLlama, WhosePackingIsNotToldOrDoesNotFillItsWordsIsUnknown) {
  const std::string config = read_file(folder_.path() / "config.json");
  Tensor& up = tensor(up_);
  up.dtype = "U32";
  up.shape = {128, 8};
  Tensor extra = up;
  for (const char* leaf : {"scales", "biases"}) {
    extra.name = std::string("model.layers.1.mlp.up_proj.") + leaf;
    extra.dtype = "BF16";
    extra.shape = {128, 2};
    files_.shards.back().header.tensors.push_back(extra);
  }
  expect_unknown("`model.layers.1.mlp.up_proj` is packed, and config.json does not say how");
  const auto packed = [&](int bits) {
    rewrite(config.substr(0, config.rfind('}')) + format(R"(,"quantization":{{"bits":{},"group_size":32}}}})", bits));
  };
  packed(4);
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::works);
  packed(8);
  expect_unknown("holds 8 words a row, 64 inputs of 8 bits do not fill them");
  packed(4);
  files_.shards.back().header.tensors.pop_back();
  expect_unknown("`model.layers.1.mlp.up_proj.biases` is missing");
}

TEST_F(AnAlteredLlama, WhoseConfigAsksForBiasesNeedsThemAll) {
  const std::string config = read_file(folder_.path() / "config.json");
  const auto ask = [&](const std::string& key) {
    rewrite(config.substr(0, config.rfind('}')) + ",\"" + key + "\":true}");
  };
  const auto add = [&](const std::string& name, std::uint64_t size) {
    for (int i = 0; i < 4; ++i)
      files_.shards.back().header.tensors.push_back({format("model.layers.{}.{}.bias", i, name), "BF16", {size}, 0, 0});
  };
  ask("attention_bias");
  expect_unknown("`model.layers.0.self_attn.q_proj.bias` is missing: it keeps random numbers");
  add("self_attn.q_proj", 64);
  add("self_attn.k_proj", 32);
  add("self_attn.v_proj", 32);
  expect_unknown("`model.layers.0.self_attn.o_proj.bias` is missing");
  add("self_attn.o_proj", 64);
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::works);
  tensor("model.layers.2.self_attn.k_proj.bias").shape = {64};
  expect_unknown("`model.layers.2.self_attn.k_proj.bias` is (64), by config.json it is (32)");
  files_ = read_model_folder(folder_.path());
  ask("mlp_bias");
  expect_unknown("`model.layers.0.mlp.gate_proj.bias` is missing");
  add("mlp.gate_proj", 128);
  add("mlp.up_proj", 128);
  add("mlp.down_proj", 64);
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::works);
  tensor("model.layers.3.mlp.up_proj.bias").dtype = "I32";
  expect_unknown("`model.layers.3.mlp.up_proj.bias` is I32: MLX takes it as numbers of that type");
}

/// A tiny Llama one of whose weights is packed to 4 bits in groups of 32.
class APackedLlama : public AnAlteredLlama {
 protected:
  void SetUp() override {
    AnAlteredLlama::SetUp();
    const std::string config = read_file(folder_.path() / "config.json");
    rewrite(config.substr(0, config.rfind('}')) + R"(,"quantization":{"bits":4,"group_size":32}})");
    tensor(up_).dtype = "U32";
    tensor(up_).shape = {128, 8};
    for (const std::string& name : {scales_, biases_})
      files_.shards.back().header.tensors.push_back({name, "BF16", {128, 2}, 0, 0});
  }
  const std::string scales_ = "model.layers.1.mlp.up_proj.scales", biases_ = "model.layers.1.mlp.up_proj.biases";
};

TEST_F(APackedLlama, NeedsGroupsThatMlxTakes) {
  const std::string config = read_file(folder_.path() / "config.json");
  rewrite(config.substr(0, config.rfind('}')) + R"(,"quantization":{"bits":4,"group_size":16}})");
  for (const std::string& name : {scales_, biases_}) tensor(name).shape = {128, 4};
  expect_unknown("`model.layers.1.mlp.up_proj` is packed in groups of 16, MLX takes 32, 64, or 128");
}

TEST_F(APackedLlama, NeedsScalesOfEachWeightThatTheConfigNames) {
  const std::string config = read_file(folder_.path() / "config.json");
  const auto name = [&](const std::string& how) {
    rewrite(config.substr(0, config.rfind('}')) + R"(,"quantization":{"bits":4,"group_size":32,"lm_head":)" + how +
            "}}");
  };
  name(R"({"bits":8,"group_size":64})");
  expect_unknown("config.json says how `lm_head` is packed, and it has no scales");
  name("false");
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::works);
}

TEST_F(APackedLlama, NeedsScalesAndBiasesThatAreFloats) {
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::works);
  for (const std::string& name : {scales_, biases_}) {
    for (const char* dtype : {"I32", "U8", "BOOL"}) {
      tensor(name).dtype = dtype;
      expect_unknown(format("`{}` is {}: MLX takes it as numbers of that type", name, dtype));
    }
    tensor(name).dtype = "BF16";
  }
  tensor(biases_).dtype = "F16";
  expect_unknown(format("`{}` is (128, 2) of F16, its scales are (128, 2) of BF16", biases_));
}

TEST_F(APackedLlama, NeedsScalesAndBiasesOfEachGroupOfEachRow) {
  using Shape = std::vector<std::uint64_t>;
  for (const std::string& name : {scales_, biases_}) {
    for (const Shape& shape : {Shape{64, 2}, Shape{256}, Shape{}, Shape{1, 128, 2}}) {
      tensor(name).shape = shape;
      expect_unknown(format("`{}` is (", name));
      EXPECT_THAT(predicted(kSingle).reason, HasSubstr("not of the rows of its weight, (128, 8)"));
    }
    tensor(name).shape = {128, 2};
  }
  tensor(biases_).shape = {128, 4};
  expect_unknown(format("`{}` is (128, 4) of BF16, its scales are (128, 2) of BF16", biases_));
  tensor(scales_).shape = {128, 4};
  expect_unknown("holds 8 words a row, 128 inputs of 4 bits do not fill them");
}

TEST_F(AnAlteredLlama, WithAStrayOrATensorInTwoFilesIsUnknown) {
  files_.shards[1].header.tensors.push_back(files_.shards[0].header.tensors.front());
  expect_unknown("is in two files: whose values win depends on the order of the directory");
  files_ = read_model_folder(folder_.path());
  files_.strays = {{"model-old.safetensors", "leaves a gap", false}};
  expect_unknown("model-old.safetensors lies beside the index");
  files_.strays = {{"model-old.safetensors", "3 bytes are too short", true}};
  EXPECT_EQ(predicted(kSingle).phases, std::vector{Phase::load});
}

TEST_F(AnAlteredLlama, WithTensorsThatItsModuleDoesNotTakeIsUnknown) {
  const auto add = [&](const std::string& name) {
    files_.shards.back().header.tensors.push_back({name, "BF16", {64}, 0, 0});
  };
  for (int i = 0; i < 4; ++i) add(format("model.layers.{}.self_attn.q_proj.bias", i));
  expect_unknown(
      "`llama` has no place for `model.layers.0.self_attn.q_proj.bias`, `model.layers.1.self_attn.q_proj.bias`, "
      "`model.layers.2.self_attn.q_proj.bias`, and 1 more");
  for (const char* name : {"model.layers.1.mlp.up_proj.bias", "model.norm.bias", "score.weight", "lm_head.bias",
                           "language_model.model.layers.0.mlp.up_proj.weight", "model.layers.0.mlp.up_proj.g_idx"}) {
    files_ = read_model_folder(folder_.path());
    add(name);
    expect_unknown(format("has no place for `{}`: left out", name));
  }
}

TEST_F(AnAlteredLlama, WithTensorsThatNobodyNeedsWorks) {
  for (const char* name : {"model.layers.1.self_attn.rotary_emb.inv_freq", "model.rotary_emb.inv_freq"}) {
    files_.shards.back().header.tensors.push_back({name, "F32", {8}, 0, 0});
  }
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::works);
  std::string config = read_file(folder_.path() / "config.json");
  rewrite(config.replace(config.find("embeddings\":false") + 12, 5, "true"));
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::works) << "a head beside tied embeddings";
}

TEST_F(AnAlteredLlama, WithABrokenFileFailsOrIsUnknown) {
  files_.broken = {{"special_tokens_map.json", "not JSON", false}};
  EXPECT_EQ(predicted(kSingle).phases, std::vector{Phase::load});
  EXPECT_EQ(predicted(kSingle).reason, "special_tokens_map.json: not JSON");
  files_.broken = {{"tokenizer.model", "empty", false}};
  expect_unknown("tokenizer.model: empty");
  files_.broken = {{"generation_config.json", "not JSON", false}};
  EXPECT_EQ(predicted(kSingle).predicted, Expectation::Kind::works);
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

/// By config.json alone.
Prediction of_config(const std::string& json, const exo::Mode& mode = kSingle,
                     Generation generation = Generation::v1_0_71) {
  const ModelFolder folder = config_alone(json, "config.json");
  return predict(folder, card_of(folder, "org/x", generation), mode, generation);
}

TEST(PredictionsByConfigAlone, SayWhatATextModelWithinAnotherLacks) {
  const std::string text =
      R"("model_type":"qwen3_vl_text","hidden_size":64,"num_hidden_layers":4,"intermediate_size":128,)"
      R"("num_attention_heads":4,"rms_norm_eps":1e-6,"vocab_size":512,"num_key_value_heads":2,"max_position_embeddings":4096,"rope_theta":5e6,"head_dim":16)";
  const std::string inner = R"({"model_type":"qwen3_vl","text_config":{)" + text;
  EXPECT_EQ(of_config(inner + R"(},"tie_word_embeddings":false})").signature,
            "ModelArgs.__init__() missing 1 required positional argument: 'tie_word_embeddings'");
  EXPECT_EQ(of_config(inner + R"(,"tie_word_embeddings":false}})").predicted, Expectation::Kind::unknown);
  EXPECT_EQ(of_config(R"({"model_type":"mistral3","text_config":{"model_type":"ministral3"}})").phases,
            std::vector{Phase::load});
}

TEST(PredictionsByConfigAlone, KnowThePositionEmbeddingsOfMlxLm) {
  const std::string llama = R"({"model_type":"llama","hidden_size":64,"num_hidden_layers":4,"intermediate_size":128,)"
                            R"("num_attention_heads":4,"rms_norm_eps":1e-6,"vocab_size":512,"rope_scaling":)";
  EXPECT_EQ(of_config(llama + R"({"type":"dynamic","factor":2.0}})").signature, "Unsupported RoPE type dynamic");
  EXPECT_EQ(of_config(llama + R"({"rope_type":"dynamic"}})").phases, std::vector{Phase::load});
  for (const char* known : {R"({"rope_type":"llama3","factor":8.0}})",
                            R"({"type":"yarn","factor":4.0,"rope_type":"dynamic"}})", "null}", "{}}"})
    EXPECT_EQ(of_config(llama + known).predicted, Expectation::Kind::unknown) << known;
}

TEST(PredictionsByConfigAlone, KnowThatAPackingNeedsItsName) {
  const std::string llama = R"({"model_type":"llama","hidden_size":64,"num_hidden_layers":4,"intermediate_size":128,)"
                            R"("num_attention_heads":4,"rms_norm_eps":1e-6,"vocab_size":512)";
  EXPECT_EQ(of_config(llama + R"(,"quantization_config":{"quant_algo":"FP8"}})").signature, "'quant_method'");
  EXPECT_EQ(of_config(llama + R"(,"text_config":{"quantization_config":{"bits":4}}})").signature, "'quant_method'");
  for (const char* fine : {R"(,"quantization_config":{"quant_method":"fp8"}})", R"(,"quantization_config":{}})",
                           R"(,"quantization_config":null})",
                           R"(,"quantization_config":{"bits":4},"quantization":{"bits":4,"group_size":64}})"})
    EXPECT_EQ(of_config(llama + fine).predicted, Expectation::Kind::unknown) << fine;
}

TEST(PredictionsByConfigAlone, TakeTheCardOfTheTextModelAsExoDoes) {
  const std::string outer =
      R"({"model_type":"kimi_k25","architectures":["KimiK25ForConditionalGeneration"],"text_config":)"
      R"({"num_hidden_layers":4,"hidden_size":64,"num_key_value_heads":2)";
  EXPECT_EQ(of_config(outer + "}}", tensor(2)).phases, std::vector{Phase::place});
  EXPECT_EQ(of_config(outer + R"(,"architectures":["DeepseekV3ForCausalLM"]}})", tensor(2)).predicted,
            Expectation::Kind::unknown);
}

TEST(PredictionsByConfigAlone, KnowCachesAndLayersThatExoCannotTake) {
  const std::string llama4 = R"({"model_type":"llama4","text_config":{"num_hidden_layers":8}})";
  EXPECT_THAT(of_config(llama4).signature, HasSubstr("does not yet support batching with history"));
  EXPECT_EQ(of_config(llama4, kSingle, Generation::zenoh).phases, std::vector{Phase::warm_up});
  const std::string gemma4 = R"({"model_type":"gemma4","text_config":{"num_hidden_layers":8}})";
  EXPECT_THAT(of_config(gemma4, pipeline(2)).signature, HasSubstr("Invalid type tuple"));
  EXPECT_EQ(of_config(gemma4).predicted, Expectation::Kind::unknown);
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
