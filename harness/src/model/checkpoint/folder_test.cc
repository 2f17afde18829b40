#include "exo_harness/model/checkpoint/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "model/test_model.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

std::string folder_trouble(const fs::path& path) {
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
  EXPECT_THAT(folder_trouble(folder.path()), HasSubstr("no config.json"));
  EXPECT_THAT(folder_trouble(folder.path() / "missing"), HasSubstr("missing"));
  write_tiny_llama(folder.path());
  fs::remove(folder.path() / "model-00002-of-00002.safetensors");
  EXPECT_THAT(folder_trouble(folder.path()), HasSubstr("names model-00002-of-00002.safetensors, which is not there"));
}

TEST(AModelFolder, WithAHalfShardIsRefused) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  fs::resize_file(folder.path() / "model-00001-of-00002.safetensors", 20'000);

  EXPECT_THAT(folder_trouble(folder.path()), HasSubstr("behind the end of the file"));
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

TEST(AModelFolder, NamesWhatTheEngineWouldReadBesideTheShards) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  write_sparse_safetensors(folder.path() / "model-old.safetensors", {{"model.norm.weight", "BF16", {64}}});
  write_sparse_safetensors(folder.path() / "model-f64.safetensors", {{"x", "F64", {64}}});
  write_file(folder.path() / "model-cut.safetensors", "abc");
  write_file(folder.path() / "model-odd.safetensors", std::string("\2\0\0\0\0\0\0\0{}behind", 16));
  fs::create_directory(folder.path() / "model-folder.safetensors");
  fs::create_symlink("nowhere", folder.path() / "model-link.safetensors");
  for (const char* harmless : {"consolidated.safetensors", "adapters.safetensors"})
    write_sparse_safetensors(folder.path() / harmless, {{"a", "BF16", {2}}});

  const ModelFolder model = read_model_folder(folder.path());

  const auto stray = [](const char* name, const auto& why, bool stops = true) {
    return AllOf(Field(&BadFile::name, name), Field(&BadFile::why, why), Field(&BadFile::stops_loading, stops));
  };
  EXPECT_THAT(model.strays, ElementsAre(stray("model-cut.safetensors", HasSubstr("3 bytes are too short")),
                                        stray("model-f64.safetensors", "`x` is F64, which MLX refuses"),
                                        stray("model-folder.safetensors", "not a file"),
                                        stray("model-link.safetensors", HasSubstr("No such file")),
                                        stray("model-odd.safetensors", HasSubstr("the tensors cover 0 bytes"), false),
                                        stray("model-old.safetensors", "", false)));
  EXPECT_THAT(model.problems, Contains(HasSubstr("model-old.safetensors is a stray: no shard of this model, but mlx-lm "
                                                 "reads each model*.safetensors, and it may override the shards")));
  EXPECT_THAT(model.problems, SizeIs(6));
  EXPECT_THAT(model.own_files(), AllOf(Not(Contains(HasSubstr("model-old"))), Contains("adapters.safetensors")));
}

TEST(AModelFolder, WithoutAnIndexIsWhatTheEngineReads) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  fs::remove(folder.path() / "model.safetensors.index.json");
  write_sparse_safetensors(folder.path() / "adapters.safetensors", {{"a", "BF16", {2}}});

  const ModelFolder model = read_model_folder(folder.path());

  EXPECT_EQ(model.shards.size(), 2u);
  EXPECT_THAT(model.strays, IsEmpty());
  EXPECT_THAT(model.other_files, Contains("adapters.safetensors"));
}

TEST(AModelFolder, OfTwoWholeFilesNamesThreeTensorsAndTheNumberOfAll) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path(), 40);
  fs::remove(folder.path() / "model.safetensors.index.json");
  fs::copy_file(folder.path() / "model-00001-of-00002.safetensors", folder.path() / "model.safetensors");

  EXPECT_THAT(read_model_folder(folder.path()).problems,
              ElementsAre(HasSubstr("no *.safetensors.index.json"),
                          AllOf(StartsWith("181 tensors are there a second time: `model.embed_tokens.weight` in "
                                           "model.safetensors, "),
                                EndsWith(", and 178 more"))));
}

TEST(AModelFolder, UnlikeItsIndexNamesThreeTensorsAndTheNumberOfAll) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path(), 40);
  write_file(folder.path() / "model.safetensors.index.json",
             R"({"weight_map":{"x":"model-00001-of-00002.safetensors"}})");
  write_file(folder.path() / "tokenizer_config.json", "{}");

  EXPECT_THAT(read_model_folder(folder.path()).problems,
              Contains(AllOf(StartsWith("181 tensors are not what model.safetensors.index.json says of them: "),
                             EndsWith(", and 178 more"))));
}

TEST(AModelFolder, WhoseTokenizerFileIsAFifoSaysSo) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  for (const char* name : {"tokenizer_config.json", "tokenizer.json"}) {
    fs::remove(folder.path() / name);
    ASSERT_EQ(mkfifo((folder.path() / name).c_str(), 0600), 0);
    EXPECT_THAT(read_model_folder(folder.path()).problems,
                Contains(HasSubstr(std::string(name) + ", which is there, but is no file")));
  }
}

TEST(AModelFolder, TakesTheUsualIndexBeforeAnother) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  write_file(folder.path() / "consolidated.safetensors.index.json",
             R"({"weight_map":{"x":"consolidated.safetensors"}})");

  EXPECT_EQ(read_model_folder(folder.path()).index_name, "model.safetensors.index.json");
}

constexpr const char* kPointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4665\nsize 12345\n";

TEST(AModelFolder, NamesPointersOfGitLfs) {
  const TemporaryFolder folder;
  write_tiny_llama(folder.path());
  write_file(folder.path() / "tokenizer.json", kPointer);
  write_file(folder.path() / "chat_template.jinja", kPointer);
  EXPECT_THAT(read_model_folder(folder.path()).broken,
              ElementsAre(Field(&BadFile::name, "chat_template.jinja"),
                          Field(&BadFile::why, HasSubstr("a pointer of Git LFS, not the file itself"))));
  write_file(folder.path() / "model-00001-of-00002.safetensors", kPointer);
  EXPECT_THAT(folder_trouble(folder.path()), HasSubstr("model-00001-of-00002.safetensors: a pointer of Git LFS"));
  write_file(folder.path() / "config.json", kPointer);
  EXPECT_THAT(folder_trouble(folder.path()), HasSubstr("config.json: a pointer of Git LFS"));
}

/// Each as transformers 5.3 takes it: `named` is whether it is reported.
TEST(AModelFolder, NamesTokenizerFilesThatAreCut) {
  struct Case {
    const char *name, *content, *why;
  };
  for (const Case& each :
       {Case{"tokenizer.json", "{\"version\": \"1.0\", ", "not JSON, or cut off"}, Case{"tokenizer.json", "", "empty"},
        Case{"tokenizer.json", "<html>404</html>", "not JSON: expected an object"},
        Case{"tokenizer.json", "{\"a\": NaN}", "not JSON, or cut off"},
        Case{"tokenizer_config.json", "{\"chat_template\":", "not JSON: line 1, column 18"},
        Case{"tokenizer_config.json", "[]", "expected an object"},
        Case{"tokenizer_config.json", "{\"model_max_length\": 1e30, \"x\": Infinity}", ""},
        Case{"special_tokens_map.json", "{", "not JSON"}, Case{"added_tokens.json", "{", "not JSON"},
        Case{"generation_config.json", "{", "not JSON"}, Case{"tokenizer.model", "", "empty"},
        Case{"merges.txt", "", "empty"}, Case{"chat_template.jinja", "", "empty"},
        Case{"chat_template.jinja", " \n\n", "empty"}, Case{"chat_template.jinja", "{{ messages }}", ""},
        Case{"README.md", "", ""}}) {
    const TemporaryFolder folder;
    write_tiny_llama(folder.path());
    write_file(folder.path() / each.name, each.content);

    const ModelFolder model = read_model_folder(folder.path());

    if (*each.why == '\0') {
      EXPECT_THAT(model.problems, IsEmpty()) << each.name;
    } else {
      EXPECT_THAT(model.broken,
                  ElementsAre(AllOf(Field(&BadFile::name, each.name), Field(&BadFile::why, HasSubstr(each.why)))));
      EXPECT_THAT(model.problems, ElementsAre(HasSubstr(each.why)));
    }
  }
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
  EXPECT_THAT(folder_trouble(folder.path()),
              HasSubstr("names model-00002-of-00002.safetensors, which is a link that leads to no file"));
  fs::remove(folder.path() / "config.json");
  fs::create_directory(folder.path() / "config.json");
  EXPECT_THAT(folder_trouble(folder.path()), HasSubstr("config.json, which is there, but is no file"));
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

  EXPECT_THAT(folder_trouble(folder.path() / "m"), HasSubstr("config.json: Permission denied"));
}

}  // namespace
}  // namespace exo_harness::model
