#include "exo_harness/model/stage/locate.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/model/checkpoint/facts.h"
#include "exo_harness/model/predict/analysis_json.h"

#include "model/test_model.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

/// A home of its own for each test, and none of the variables that lead elsewhere.
class AHome : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"EXO_MODELS_READ_ONLY_DIRS", "EXO_DEFAULT_MODELS_DIR", "EXO_MODELS_DIRS", "EXO_HOME",
                             "XDG_DATA_HOME", "HF_HOME", "HF_HUB_CACHE"}) {
      unsetenv(name);
    }
    old_home_ = getenv("HOME") == nullptr ? "" : getenv("HOME");
    setenv("HOME", home().c_str(), 1);
  }
  void TearDown() override {
    setenv("HOME", old_home_.c_str(), 1);
    unsetenv("EXO_MODELS_READ_ONLY_DIRS");
    unsetenv("EXO_HOME");
  }
  const fs::path& home() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
  std::string old_home_;
};

TEST_F(AHome, HasExosFoldersInExosOrder) {
  setenv("EXO_MODELS_READ_ONLY_DIRS", "/a:/b", 1);
  setenv("EXO_HOME", "x", 1);

  EXPECT_THAT(exo_folders().in_order(), ElementsAre("/a", "/b", home() / "x/models"));
  EXPECT_EQ(exo_folders().custom_cards, home() / "x/custom_model_cards");
}

TEST_F(AHome, MayHoldTheModelInTheHuggingFaceCache) {
  const fs::path model = home() / ".cache/huggingface/hub/models--org--name";
  write_tiny_llama(model / "snapshots/abc");
  write_tiny_llama(model / "snapshots/def");
  fs::create_directories(model / "refs");
  write_file(model / "refs/main", "abc\n");

  EXPECT_EQ(find_in_hugging_face_cache("org/name", ""), model / "snapshots/abc");
  EXPECT_EQ(find_in_hugging_face_cache("org/name", "def"), model / "snapshots/def");
  EXPECT_EQ(find_in_hugging_face_cache("org/name", "ghi"), std::nullopt);
  EXPECT_EQ(find_in_hugging_face_cache("org/other", ""), std::nullopt);
}

TEST_F(AHome, MayHoldTheModelInLmStudio) {
  FixtureModel model;
  model.repo = "org/name";
  EXPECT_EQ(find_model(model), std::nullopt);
  write_tiny_llama(home() / ".lmstudio/models/org/name");

  EXPECT_EQ(find_model(model), home() / ".lmstudio/models/org/name");
}

TEST(AModelId, MustBeSafeAsAFolderName) {
  EXPECT_EQ(folder_name("org/name"), "org--name");
  for (const char* bad : {"name", "org/", "/name", "../name", "org/..", "a/b/c", "org/na me", "org/n\xff", ""}) {
    EXPECT_THROW(folder_name(bad), UsageError) << bad;
  }
}

TEST(AHeaderDump, NamesTheLineThatIsWrong) {
  const auto tensors = parse_tensor_dump("# x\nBF16 2x3 layers.{0-1,7}.w\nF32 4 v\n", "d");
  ASSERT_EQ(tensors.size(), 4u);
  EXPECT_EQ(tensors[2].name, "layers.7.w");
  EXPECT_EQ(tensors[3].begin, 36u);
  for (const char* bad : {"BF16 2x3", "BF16 2xx w", "XX 2 w", "BF16 2 w{0-", "BF16 2 w{3-1}"}) {
    EXPECT_THROW(parse_tensor_dump(bad, "d"), HarnessError) << bad;
  }
}

TEST(TheAnswerOfAnalyze, HoldsTheDocumentedKeys) {
  const ModelFolder files = read_facts(EXO_FIXTURES_DIR, "nemotron-3-nano");
  const auto predictions =
      predict_all(files, card_of(files, "org/x", exo::Generation::v1_0_71), exo::Generation::v1_0_71, {}, 2);

  const std::string json = analysis_json(analyse(files), files.config, predictions, 8192);

  for (const char* key : {"model_type",
                          "architectures",
                          "auto_map",
                          "layers",
                          "pattern",
                          "mamba",
                          "moe",
                          "attention",
                          "mlp",
                          "experts",
                          "routed",
                          "shared",
                          "active",
                          "context_tokens",
                          "parameters",
                          "total",
                          "quantization",
                          "overrides",
                          "sequence",
                          "bits",
                          "group_size",
                          "bytes",
                          "disk",
                          "headers",
                          "index",
                          "kv_bytes_per_token",
                          "ssm_state_bytes",
                          "placements",
                          "sharding",
                          "comm",
                          "nodes",
                          "predicted",
                          "reason",
                          "memory_per_node"}) {
    EXPECT_THAT(json, HasSubstr("\"" + std::string(key) + "\":"));
  }
  EXPECT_THAT(json, HasSubstr("\"total\": 52,\n    \"mamba\": 23,\n    \"moe\": 23,\n    \"attention\": 6,"));
}

}  // namespace
}  // namespace exo_harness::model
