#include "models/models_command.h"

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
using testing::AllOf;
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

/// A model with one weights file of which the client tells a hash: that of git for `{}`, which the file is not.
constexpr const char* kNotAsPublished =
    "mkdir -p \"$4/.cache/huggingface/download\"\necho '{\"model_type\":\"llama\"}' > \"$4/config.json\"\n"
    "printf '\\2\\0\\0\\0\\0\\0\\0\\0{}' > \"$4/model.safetensors\"\n"
    "printf '%040d\\n%s\\n1\\n' 0 9e26dfeeb6e641a33dae4961196235bdb965b21b > "
    "\"$4/.cache/huggingface/download/model.safetensors.metadata\"\n";

TEST_F(ModelsFetch, DoesNotShowWhatIsNotAsTheHubTells) {
  hf_does(kNotAsPublished);

  EXPECT_THAT(fetch(), AllOf(HasSubstr("model.safetensors: its git hash is"), HasSubstr("repeat")));

  EXPECT_FALSE(fs::exists(into() / "org--name"));
  EXPECT_FALSE(fs::exists(into() / ".org--name.download/model.safetensors"));
  EXPECT_TRUE(fs::exists(into() / ".org--name.download/config.json"));
}

TEST_F(ModelsFetch, NamesARevisionThatTheHubDoesNotHave) {
  hf_does("echo \"Error: Revision not found in model 'org/name'.\" >&2\necho 'Hint: set HF_DEBUG=1' >&2\nexit 1\n");
  EXPECT_THAT(fetch(), HasSubstr("org/name has no revision `abc`"));
}

TEST_F(ModelsFetch, QuotesTheComplaintAndNotTheHint) {
  hf_does("echo 'Error: the moon is full' >&2\necho 'Hint: set HF_DEBUG=1' >&2\nexit 1\n");
  EXPECT_THAT(fetch(), HasSubstr("hf: exit code 1: Error: the moon is full"));
}

TEST_F(ModelsFetch, FindsTheClientThatSetupInstalled) {
  setenv("PATH", "/nowhere", 1);
  setenv("XDG_DATA_HOME", home_.path().c_str(), 1);
  EXPECT_THAT(fetch(), HasSubstr("`hf` is neither in PATH nor at"));
  fs::create_directories(home_.path() / "exo-harness/hf/bin");
  write_file(home_.path() / "exo-harness/hf/bin/hf", "#!/bin/sh\necho 'Error: it ran'\nexit 1\n");
  fs::permissions(home_.path() / "exo-harness/hf/bin/hf", fs::perms::owner_all);
  EXPECT_THAT(fetch(), HasSubstr("it ran"));
  unsetenv("XDG_DATA_HOME");
}

TEST_F(ModelsFetch, TellsAGatedModelFromAMissingNetwork) {
  hf_does("echo 'GatedRepoError: 403 Client Error' >&2\nexit 1\n");
  EXPECT_THAT(fetch(), HasSubstr("hf auth login"));
}

/// Runs `models COMMAND`. Result: the trouble; empty when all went well.
std::string trouble_of(const std::string& command, int& exit_code) {
  CLI::App app("", "exo-harness");
  add_models_command(app, exit_code);
  try {
    app.parse("models " + command, false);
  } catch (const HarnessError& error) {
    return error.what();
  }
  return "";
}

/// The least that counts as a whole model: one tensor of two bytes.
void write_small_model(const fs::path& folder) {
  fs::create_directories(folder);
  write_file(folder / "config.json", "{\"model_type\":\"llama\"}");
  write_file(folder / "tokenizer.json", "{}");
  write_file(folder / "tokenizer_config.json", "{}");
  const std::string header = R"({"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  write_file(folder / "w.safetensors",
             std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header + "12");
  write_file(folder / "m.safetensors.index.json", R"({"weight_map":{"x":"w.safetensors"}})");
}

TEST(ModelsStage, ComparesHashesOnlyWhenAsked) {
  const TemporaryFolder root;
  setenv("EXO_HARNESS_FIXTURES", EXO_FIXTURES_DIR, 1);
  const fs::path source = root.path() / "source", metadata = source / ".cache/huggingface/download";
  write_small_model(source);
  fs::create_directories(metadata);
  write_file(metadata / "w.safetensors.metadata", std::string(40, 'a') + "\n" + std::string(64, 'b') + "\n1\n");
  const std::string command =
      format("stage {} --as org/name --no-card --into {}", source.string(), (root.path() / "into").string());
  int exit_code = 0;

  EXPECT_THAT(trouble_of(command + " --hash", exit_code), HasSubstr("w.safetensors: its SHA-256 is"));
  EXPECT_FALSE(fs::exists(root.path() / "into"));
  EXPECT_EQ(trouble_of(command, exit_code), "");
  unsetenv("EXO_HARNESS_FIXTURES");
}

TEST(ModelsCheck, SeesThatTwoCopiesOfAModelDiffer) {
  const TemporaryFolder root;
  setenv("EXO_HARNESS_FIXTURES", EXO_FIXTURES_DIR, 1);
  setenv("EXO_MODELS_READ_ONLY_DIRS", format("{0}/a:{0}/b", root.path().string()).c_str(), 1);
  for (const char* place : {"a", "b"}) write_small_model(root.path() / place / "exo-harness--tiny-llama");
  int alike = -1, different = -1;

  EXPECT_EQ(trouble_of("check tiny-llama", alike), "");
  write_file(root.path() / "b/exo-harness--tiny-llama/config.json", "{\"model_type\":\"qwen2\"}");
  EXPECT_EQ(trouble_of("check tiny-llama", different), "");

  EXPECT_EQ(alike, 0);
  EXPECT_EQ(different, 1);
  unsetenv("EXO_MODELS_READ_ONLY_DIRS");
  unsetenv("EXO_HARNESS_FIXTURES");
}

}  // namespace
}  // namespace exo_harness::tools
