#include "model/predict/config_doubts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/model/predict/prediction.h"

#include "model/test_model.h"

namespace exo_harness::model {
namespace {

using testing::HasSubstr;

/// Predictions for one node of a whole tiny Llama of four layers, to whose config.json `more` is added.
Prediction prediction_with(const std::string& more) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path(), 4);
  const std::filesystem::path file = folder.path() / "config.json";
  const std::string config = read_file(file);
  write_file(file, config.substr(0, config.rfind('}')) + "," + more + "}");
  const ModelFolder files = read_model_folder(folder.path());
  return predict(files, card_of(files, "org/x", exo::Generation::v1_0_71), exo::Mode{}, exo::Generation::v1_0_71);
}

struct Case {
  const char *more, *text;
};

void expect_fails_to_load(const Case& each) {
  const Prediction seen = prediction_with(each.more);
  EXPECT_EQ(seen.predicted, Expectation::Kind::fails) << each.more << ": " << to_string(seen);
  EXPECT_EQ(seen.phases, std::vector{Phase::load}) << each.more;
  EXPECT_EQ(seen.signature, each.text) << each.more;
}

void expect_doubt(const Case& each) {
  const Prediction seen = prediction_with(each.more);
  EXPECT_EQ(seen.predicted, Expectation::Kind::unknown) << each.more << ": " << to_string(seen);
  EXPECT_THAT(seen.reason, HasSubstr(each.text)) << each.more;
}

TEST(AConfigThatTheLoaderRefuses, FailsInLoad) {
  for (const Case& each :
       {Case{R"("quantization":{"bits":4})", "'group_size'"},
        {R"("quantization":{})", "'group_size'"},
        {R"("quantization":{"group_size":64})", "'bits'"},
        {R"("quantization":{},"quantization_config":{"bits":4})", "'group_size'"},
        {R"("rope_scaling":{"type":"linear"})", "'factor'"},
        {R"("rope_scaling":{"rope_type":"llama3","low_freq_factor":1.0})", "'factor'"},
        {R"("rope_scaling":{"rope_type":"yarn"})", "'factor'"},
        {R"("rope_scaling":{"rope_type":"longrope","factor":2.0})", "'original_max_position_embeddings'"},
        {R"("rope_scaling":{"rope_type":"foo","factor":2.0})", "Unsupported RoPE type foo"},
        {R"("layer_types":["foo","foo","foo","foo"])", "'full_attention' is not in list"}}) {
    expect_fails_to_load(each);
  }
}

TEST(AConfigOfValuesOfTheWrongKind, IsUnknown) {
  for (const Case& each :
       {Case{R"("rms_norm_eps":"1e-5")", "config.json: rms_norm_eps is string, expected a number"},
        {R"("rms_norm_eps":null)", "rms_norm_eps is null, expected a number"},
        {R"("rope_theta":"10000")", "rope_theta is string, expected a number"},
        {R"("rope_traditional":"no")", "rope_traditional is string, expected true or false"},
        {R"("rope_scaling":"linear")", "rope_scaling is string, expected an object"},
        {R"("rope_scaling":{"type":"linear","factor":"2"})",
         "rope_scaling.factor is string, expected a number above 0"},
        {R"("rope_scaling":{"type":"linear","factor":0})", "rope_scaling.factor is 0, expected a number above 0"},
        {R"("quantization":false)", "quantization is boolean, expected an object"},
        {R"("quantization":{"bits":null,"group_size":64})", "quantization.bits is null, expected a number above 0"},
        {R"("intermediate_size":null)", "intermediate_size is null, expected a number above 0"},
        {R"("vocab_size":0)", "vocab_size is 0, expected a number above 0"},
        {R"("text_config":{"rope_theta":[1]})", "text_config.rope_theta is array, expected a number"},
        {R"("quantization_config":{"quant_method":"awq"})", "quant_method is awq, whose weights mlx-lm converts"},
        {R"("model_file":"own.py")", "mlx-lm runs that file instead of a module of its own"}}) {
    expect_doubt(each);
  }
}

TEST(AConfigOfLayersThatTheModuleDoesNotKnow, IsUnknown) {
  for (const Case& each :
       {Case{R"("layer_types":["full_attention","foo","foo","foo"])", "layer_types asks for foo"},
        {R"("layer_types":["full_attention","full_attention"])", "layer_types has 2 words for 4 layers"},
        {R"("layer_types":["full_attention","sliding_attention","full_attention","full_attention"])",
         "sliding_window is not stated"}}) {
    expect_doubt(each);
  }
}

TEST(AConfigOfValuesThatTheEngineTakes, Works) {
  for (const char* more : {R"("rope_theta":10000)", R"("rope_scaling":null)", R"("rope_scaling":{})",
                           R"("rope_scaling":{"rope_type":"llama3","factor":8.0})", R"("quantization":null)",
                           R"("quantization":{"bits":4,"group_size":64})", R"("quantization_config":{})",
                           R"("layer_types":null)", R"("model_file":null)",
                           R"("layer_types":["full_attention","full_attention","full_attention","full_attention"])"}) {
    const Prediction seen = prediction_with(more);
    EXPECT_EQ(seen.predicted, Expectation::Kind::works) << more << ": " << to_string(seen);
  }
}

}  // namespace
}  // namespace exo_harness::model
