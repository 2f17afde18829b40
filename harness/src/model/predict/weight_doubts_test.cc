// What is said of a model whose weights are not those that its config asks for, each of them altered alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tiny_llama_test.h"

namespace exo_harness::model {
namespace {

using testing::HasSubstr;

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

}  // namespace
}  // namespace exo_harness::model
