#pragma once

#include <string>

#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/predict/prediction.h"

#include "model/checkpoint/exo_rules.h"
#include "model/test_model.h"

namespace exo_harness::model {

inline constexpr exo::Mode kSingle{exo::Sharding::pipeline, exo::Comm::mlx_ring, 1};
inline exo::Mode tensor(int n) {
  return {exo::Sharding::tensor, exo::Comm::mlx_ring, n};
}
inline exo::Mode pipeline(int n) {
  return {exo::Sharding::pipeline, exo::Comm::mlx_ring, n};
}

class ATinyLlama : public testing::Test {
 protected:
  void SetUp() override {
    write_tiny_llama(folder_.path(), 4);
    files_ = read_model_folder(folder_.path());
  }
  Prediction predicted(const exo::Mode& mode, const NodesFacts& nodes = {},
                       exo::Generation generation = exo::Generation::v1_0_71) {
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

}  // namespace exo_harness::model
