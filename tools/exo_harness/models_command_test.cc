#include "models_command.h"

#include <cstdlib>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A home and a PATH of its own, with a `hf` that does what the test says.
class ModelsFetch : public testing::Test {
 protected:
  void SetUp() override {
    old_path_ = getenv("PATH");
    setenv("PATH", format("{}:{}", home_.path().string(), old_path_).c_str(), 1);
    setenv("EXO_HARNESS_FIXTURES", EXO_FIXTURES_DIR, 1);
  }
  void TearDown() override {
    setenv("PATH", old_path_.c_str(), 1);
    unsetenv("EXO_HARNESS_FIXTURES");
  }
  void hf_does(const std::string& script) {
    write_file(home_.path() / "hf", "#!/bin/sh\n" + script);
    fs::permissions(home_.path() / "hf", fs::perms::owner_all);
  }
  /// Runs `models fetch org/name`. Result: the trouble, and its advice; empty when all went well.
  std::string fetch() {
    int exit_code = 0;
    CLI::App app("", "exo-harness");
    add_models_command(app, exit_code);
    try {
      app.parse(format("models fetch org/name --revision abc --into {}", into().string()), false);
    } catch (const HarnessError& error) {
      return std::string(error.what()) + " | " + error.advice();
    }
    return "";
  }
  fs::path into() const { return home_.path() / "models"; }

  TemporaryFolder home_;
  std::string old_path_;
};

TEST_F(ModelsFetch, ShowsTheModelWhenItIsWhole) {
  hf_does(
      "dir=\"$4\"\necho \"$@\" > \"$(dirname \"$0\")/arguments\"\necho '{\"model_type\":\"llama\"}' > "
      "\"$dir/config.json\"\n"
      "printf '\\2\\0\\0\\0\\0\\0\\0\\0{}' > \"$dir/model.safetensors\"\n");

  EXPECT_EQ(fetch(), "");

  EXPECT_TRUE(fs::exists(into() / "org--name/config.json"));
  EXPECT_THAT(read_file(home_.path() / "arguments"), HasSubstr("download org/name --local-dir"));
  EXPECT_THAT(read_file(home_.path() / "arguments"), HasSubstr("--revision abc"));
  EXPECT_THAT(fetch(), HasSubstr("is there already"));
}

TEST_F(ModelsFetch, SaysInOneSentenceThatItIsOfflineAndResumes) {
  hf_does("touch \"$4/half\"\necho 'Traceback: Failed to resolve huggingface.co' >&2\nexit 1\n");

  EXPECT_THAT(fetch(), HasSubstr("org/name cannot be fetched: this machine has no way to the Hugging Face hub"));

  EXPECT_FALSE(fs::exists(into() / "org--name"));
  EXPECT_TRUE(fs::exists(into() / ".org--name.download/half"));
}

TEST_F(ModelsFetch, DoesNotShowWhatIsDamaged) {
  hf_does("echo '{}' > \"$4/config.json\"\necho broken > \"$4/model.safetensors\"\n");

  EXPECT_THAT(fetch(), HasSubstr("model.safetensors"));

  EXPECT_FALSE(fs::exists(into() / "org--name"));
}

TEST_F(ModelsFetch, TellsAGatedModelFromAMissingNetwork) {
  hf_does("echo 'GatedRepoError: 403 Client Error' >&2\nexit 1\n");
  EXPECT_THAT(fetch(), HasSubstr("hf auth login"));
}

}  // namespace
}  // namespace exo_harness::tools
