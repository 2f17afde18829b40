#include "exo_harness/model/checkpoint/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

namespace exo_harness::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string trouble_with(const std::string& json) {
  try {
    parse_config(json, "config.json");
  } catch (const HarnessError& error) {
    return error.what();
  }
  return "no trouble";
}

TEST(Config, TakesThePatternFromEitherKey) {
  EXPECT_EQ(parse_config(R"({"hybrid_override_pattern":"ME*-"})", "c").pattern, "ME*-");
  EXPECT_EQ(parse_config(R"({"hybrid_override_pattern":["M","E"]})", "c").pattern, "ME");
  EXPECT_EQ(parse_config(R"({"layers_block_type":["mamba","moe","attention","mlp"]})", "c").pattern, "ME*-");
  EXPECT_EQ(parse_config(R"({"num_hidden_layers":8,"full_attention_interval":4})", "c").pattern, "LLL*LLL*");
  EXPECT_EQ(
      parse_config(R"({"num_hidden_layers":2,"layer_types":["sliding_attention","full_attention"]})", "c").pattern, "");
}

TEST(Config, SaysWhetherKeyValueHeadsAreStated) {
  const ModelConfig stated = parse_config(R"({"num_attention_heads":8,"num_key_value_heads":2,"hidden_size":64})", "c");
  const ModelConfig assumed = parse_config(R"({"num_attention_heads":8,"num_key_value_heads":null})", "c");

  EXPECT_TRUE(stated.kv_heads_stated);
  EXPECT_EQ(stated.head_dim, 8);
  EXPECT_FALSE(assumed.kv_heads_stated);
  EXPECT_EQ(assumed.kv_heads, 8);
}

TEST(Config, LooksIntoTheTextConfigOfModelsWithPictures) {
  const ModelConfig config =
      parse_config(R"({"model_type":"gemma3","text_config":{"model_type":"gemma3_text","num_hidden_layers":6}})", "c");

  EXPECT_EQ(config.model_type, "gemma3");
  EXPECT_EQ(config.layers, 6);
}

TEST(Config, ReadsQuantisationWithOverridesOfModules) {
  const ModelConfig config = parse_config(
      R"({"quantization":{"bits":4,"group_size":64,"model.a":{"bits":8,"group_size":32},"model.b":false}})", "c");

  EXPECT_EQ(config.quantization.bits, 4);
  EXPECT_EQ(config.overrides.at("model.a").bits, 8);
  EXPECT_EQ(config.overrides.at("model.b").bits, 0);
  EXPECT_EQ(parse_config(R"({"quantization_config":{"quant_method":"mxfp4"}})", "c").quantization.group_size, 32);
}

TEST(Config, NamesFileAndKeyOfWhatIsWrong) {
  EXPECT_THAT(trouble_with(R"({"hidden_size":"big"})"), HasSubstr("config.json: `hidden_size`: expected an integer"));
  EXPECT_THAT(trouble_with(R"({"hidden_size":-1})"), HasSubstr("`hidden_size`"));
  EXPECT_THAT(trouble_with(R"({"num_hidden_layers":999999999})"), HasSubstr("`num_hidden_layers`"));
  EXPECT_THAT(trouble_with(R"({"architectures":[1]})"), HasSubstr("`architectures`: expected an array of strings"));
  EXPECT_THAT(trouble_with(R"({"hybrid_override_pattern":"MX"})"), HasSubstr("unknown letter at 1"));
  EXPECT_THAT(trouble_with("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(trouble_with("{"), HasSubstr("not JSON"));
  EXPECT_THAT(trouble_with("{\"a\":\"\xff\"}"), HasSubstr("not JSON"));
}

TEST(Config, OfNemotronHoldsInfinityAsPythonWritesIt) {
  const ModelConfig config =
      parse_config(R"({"model_type": "nemotron_h", "hidden_size": 64, "time_step_limit": [0.0, Infinity]})", "c");

  EXPECT_EQ(config.hidden_size, 64);
  EXPECT_THAT(config.not_finite, ElementsAre("time_step_limit[1] is Infinity"));
  EXPECT_THAT(trouble_with(R"({"hidden_size": NaN})"), HasSubstr("`hidden_size`: expected an integer"));
}

TEST(Config, ReadsSwitchesAsPythonsIfDoes) {
  for (const char* yes : {"true", "1", "-0.5", "\"false\"", "[0]", "{\"a\":0}", "NaN"})
    EXPECT_TRUE(parse_config(format(R"({{"attention_bias":{}}})", yes), "c").attention_bias) << yes;
  for (const char* no : {"false", "0", "0.0", "-0.0", "\"\"", "[]", "{}", "null"})
    EXPECT_FALSE(parse_config(format(R"({{"attention_bias":{}}})", no), "c").attention_bias) << no;
  EXPECT_TRUE(parse_config(R"({"tie_word_embeddings":1})", "c").tied_embeddings);
}

TEST(Config, TakesTheLastOfTwoKeysAsPythonDoes) {
  const ModelConfig config = parse_config(R"({"hidden_size": 64, "hidden_size": 128})", "c");

  EXPECT_EQ(config.hidden_size, 128);
  EXPECT_THAT(config.twice, ElementsAre("hidden_size"));
}

TEST(Config, TakesAContextWithoutEnd) {
  EXPECT_EQ(parse_config(R"({"max_position_embeddings": 1000000000000000019884624838656})", "c").context_tokens,
            std::uint64_t{1} << 62);
  EXPECT_EQ(parse_config(R"({"max_position_embeddings": Infinity})", "c").context_tokens, std::uint64_t{1} << 62);
  EXPECT_THAT(trouble_with(R"({"max_position_embeddings": -1})"), HasSubstr("`max_position_embeddings`"));
}

TEST(Config, SaysWhatIsWrongWithoutTheTagsOfTheParser) {
  EXPECT_THAT(trouble_with("{"), Not(HasSubstr("json.exception")));
}

TEST(Config, TakesWhatTheEngineAssumesOfGemma3) {
  EXPECT_EQ(
      parse_config(R"({"model_type":"gemma3","text_config":{"sliding_window":1024}})", "c").sliding_window_pattern, 6);
  EXPECT_EQ(parse_config(R"({"model_type":"gemma3_text","sliding_window_pattern":2})", "c").sliding_window_pattern, 2);
  EXPECT_EQ(parse_config(R"({"model_type":"gemma2","sliding_window":4096})", "c").sliding_window_pattern, 0);
}

TEST(Config, IsBoundedInDepthAndSize) {
  EXPECT_THAT(trouble_with(R"({"a":)" + std::string(100'000, '[')), HasSubstr("nested deeper than 64"));
  const TemporaryFolder folder;
  write_file(folder.path() / "config.json", "{}");
  std::filesystem::resize_file(folder.path() / "config.json", 100'000'000);
  EXPECT_THROW(read_config(folder.path() / "config.json"), HarnessError);
}

TEST(Config, OfATextModelWithinAnotherIsTheTextModels) {
  const ModelConfig config = parse_config(
      R"({"model_type":"kimi_k25","architectures":["KimiK25ForConditionalGeneration"],"hidden_size":7,)"
      R"("num_hidden_layers":3,"num_key_value_heads":5,"text_config":{"model_type":"kimi_k2",)"
      R"("architectures":["DeepseekV3ForCausalLM"],"hidden_size":64,"num_hidden_layers":4,"num_key_value_heads":2}})",
      "config.json");
  EXPECT_EQ(config.hidden_size, 64);
  EXPECT_EQ(config.layers, 4);
  EXPECT_EQ(config.kv_heads, 2);
  EXPECT_EQ(config.architectures, std::vector<std::string>{"KimiK25ForConditionalGeneration"});
  EXPECT_EQ(config.text_architectures, std::vector<std::string>{"DeepseekV3ForCausalLM"});
}

}  // namespace
}  // namespace exo_harness::model
