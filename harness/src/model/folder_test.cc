#include "exo_harness/model/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "test_model.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string trouble_with(const fs::path& path) {
  try {
    read_model_folder(path);
  } catch (const HarnessError& error) {
    return error.what();
  }
  return "no trouble";
}

TEST(AModelFolder, ThatIsCompleteHasNoProblems) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());

  const ModelFolder model = read_model_folder(folder.path());

  EXPECT_THAT(model.problems, IsEmpty());
  EXPECT_EQ(model.shards.size(), 2u);
  EXPECT_TRUE(model.has_tokenizer);
  EXPECT_TRUE(model.has_chat_template);
  EXPECT_GT(model.bytes_in_headers(), 0u);
}

TEST(AModelFolder, WithoutConfigOrShardIsRefused) {
  const TemporaryFolder folder;
  EXPECT_THAT(trouble_with(folder.path()), HasSubstr("no config.json"));
  EXPECT_THAT(trouble_with(folder.path() / "missing"), HasSubstr("missing"));
  write_tiny_llama(folder.path());
  fs::remove(folder.path() / "model-00002-of-00002.safetensors");
  EXPECT_THAT(trouble_with(folder.path()), HasSubstr("names model-00002-of-00002.safetensors, which is not there"));
}

TEST(AModelFolder, WithAHalfShardIsRefused) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  fs::resize_file(folder.path() / "model-00001-of-00002.safetensors", 20'000);

  EXPECT_THAT(trouble_with(folder.path()), HasSubstr("behind the end of the file"));
}

TEST(AModelFolder, TellsWhatIsMissingWithoutBeingFatal) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  fs::remove(folder.path() / "tokenizer.json");
  fs::remove(folder.path() / "model.safetensors.index.json");
  write_file(folder.path() / "config.json", R"({"auto_map":{"AutoModel":"modeling_x.XModel"}})");

  const ModelFolder model = read_model_folder(folder.path());

  EXPECT_THAT(model.problems, Contains(HasSubstr("no tokenizer")));
  EXPECT_THAT(model.problems, Contains(HasSubstr("no *.safetensors.index.json")));
  EXPECT_THAT(model.problems, Contains(HasSubstr("No module named 'modeling_x'")));
}

TEST(AModelFolder, WhoseIndexDisagreesSaysSo) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  write_file(
      folder.path() / "model.safetensors.index.json",
      R"({"metadata":{"total_size":5},"weight_map":{"lm_head.weight":"model-00002-of-00002.safetensors","x":"model-00002-of-00002.safetensors"}})");

  const ModelFolder model = read_model_folder(folder.path());

  EXPECT_THAT(model.problems, Contains(HasSubstr("names 2 tensors, 1 of them are there")));
  EXPECT_THAT(model.problems, Contains(HasSubstr("states 5 bytes")));
}

TEST(AModelFolder, NamesKeysThatStandTwiceAndNumbersThatAreNone) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  std::string config = read_file(folder.path() / "config.json");
  config.replace(config.rfind('}'), 1, R"(,"vocab_size":512,"rope_theta":NaN,"time_step_limit":[0.0,Infinity]})");
  write_file(folder.path() / "config.json", config);

  EXPECT_THAT(read_model_folder(folder.path()).problems,
              ElementsAre("config.json has `vocab_size` twice; Python, and so Exo, takes the last",
                          "config.json: rope_theta is NaN"));
}

TEST(AnIndex, MayNotLeaveTheFolder) {
  for (const char* file : {"../x.safetensors", "/etc/passwd", "a/b", "..", ""}) {
    EXPECT_THROW(parse_index(format(R"({{"weight_map":{{"t":"{}"}}}})", file), "i"), HarnessError) << file;
  }
  EXPECT_THROW(parse_index(R"({"weight_map":{}})", "i"), HarnessError);
  EXPECT_THROW(parse_index(R"({"weight_map":{"t":1}})", "i"), HarnessError);
  EXPECT_THROW(parse_index("{}", "i"), HarnessError);
}

TEST(AModelFolder, WithALoopOfLinksEnds) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  fs::create_directory_symlink(folder.path(), folder.path() / "loop");
  fs::create_symlink(folder.path() / "self", folder.path() / "self");

  EXPECT_THAT(read_model_folder(folder.path()).problems, IsEmpty());
}

TEST(AModelFolder, WithLinksThatLeadNowhereSaysSo) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  fs::remove(folder.path() / "model-00002-of-00002.safetensors");
  fs::create_symlink("model-00002-of-00002.safetensors", folder.path() / "model-00002-of-00002.safetensors");
  EXPECT_THAT(trouble_with(folder.path()),
              HasSubstr("names model-00002-of-00002.safetensors, which is a link that leads to no file"));
  fs::remove(folder.path() / "config.json");
  fs::create_directory(folder.path() / "config.json");
  EXPECT_THAT(trouble_with(folder.path()), HasSubstr("config.json, which is there, but is no file"));
}

TEST(AModelFolder, OnADiskThatAMacWroteToHoldsNoFilesOfTheFinder) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  const ModelFolder before = read_model_folder(folder.path());
  fs::create_directory(folder.path() / "extra");
  for (const char* name : {".DS_Store", "extra/.DS_Store", "._config.json", "._model.safetensors.index.json",
                           "._model-00001-of-00002.safetensors", "extra/._notes.txt"}) {
    write_file(folder.path() / name, std::string("\0\x05\x16\x07", 4));
  }

  const ModelFolder after = read_model_folder(folder.path());

  EXPECT_EQ(after.index_name, before.index_name);
  EXPECT_EQ(after.other_files, before.other_files);
  EXPECT_THAT(after.problems, IsEmpty());
  fs::remove(folder.path() / "model.safetensors.index.json");
  EXPECT_EQ(read_model_folder(folder.path()).shards.size(), before.shards.size());
}

TEST(AModelFolder, ThatMayNotBeReadIsNamed) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  const TemporaryFolder folder;
  write_tiny_llama(folder.path() / "m");
  fs::permissions(folder.path() / "m/config.json", fs::perms::none);

  EXPECT_THAT(trouble_with(folder.path() / "m"), HasSubstr("config.json: Permission denied"));
}

}  // namespace
}  // namespace exo_harness::model
