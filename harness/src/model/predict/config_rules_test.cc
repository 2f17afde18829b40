#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tiny_llama_test.h"

namespace exo_harness::model {
namespace {

using exo::Generation;
using testing::HasSubstr;

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

}  // namespace
}  // namespace exo_harness::model
