#include "exo_harness/model/rehearse/twin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/model/checkpoint/facts.h"

#include "model/test_model.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;

std::uint64_t bytes_on_disk(const fs::path& folder) {
  std::uint64_t sum = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    struct stat status {};
    if (::stat(entry.path().c_str(), &status) == 0) sum += static_cast<std::uint64_t>(status.st_blocks) * 512;
  }
  return sum;
}

TEST(Twin, OfRecordedFactsHasTheTrueHeaderAndNoWeights) {
  const TemporaryFolder root;
  const ModelFolder facts = read_facts(EXO_FIXTURES_DIR, "nemotron-3-nano-mlx-8bit");
  write_twin(facts, root.path() / "twin");

  const ModelFolder twin = read_model_folder(root.path() / "twin");
  EXPECT_EQ(twin.config.layers, facts.config.layers);
  ASSERT_EQ(twin.tensors().size(), facts.tensors().size());
  EXPECT_EQ(twin.bytes_in_headers(), facts.bytes_in_headers());
  EXPECT_GT(twin.bytes_on_disk(), 30'000'000'000u);
  EXPECT_LT(bytes_on_disk(root.path() / "twin"), 4'000'000u);
}

TEST(Twin, OfAFolderHasItsFilesAndItsStrays) {
  const TemporaryFolder root;
  const fs::path source = root.path() / "source", twin = root.path() / "twin";
  write_tiny_llama(source);
  write_sparse_safetensors(source / "model-extra.safetensors", {{"lm_head.weight", "BF16", {4, 4}}});
  write_file(source / "modeling_x.py", "raise SystemExit");
  write_twin(read_model_folder(source), twin);

  const ModelFolder original = read_model_folder(source), copy = read_model_folder(twin);
  EXPECT_EQ(copy.tensors().size(), original.tensors().size());
  EXPECT_EQ(copy.bytes_on_disk(), original.bytes_on_disk());
  ASSERT_EQ(copy.strays.size(), 1u);
  EXPECT_TRUE(copy.has_tokenizer);
  EXPECT_FALSE(fs::exists(twin / "modeling_x.py"));
}

TEST(Twin, OfConfigAloneIsThat) {
  const TemporaryFolder root;
  write_file(root.path() / "config.json", R"({"model_type":"llama"})");
  for (const fs::path& given : {root.path(), root.path() / "config.json"}) {
    const fs::path twin = root.path() / ("twin" + given.filename().string());
    write_twin(read_config_alone(given), twin);
    EXPECT_EQ(read_file(twin / "config.json"), R"({"model_type":"llama"})");
    EXPECT_EQ(std::distance(fs::directory_iterator(twin), {}), 1);
  }
}

TEST(Twin, OfAPipeIsRefusedAndNotWaitedFor) {
  const TemporaryFolder root;
  ASSERT_EQ(::mkfifo((root.path() / "config.json").c_str(), 0600), 0);
  EXPECT_THROW(read_config_alone(root.path()), HarnessError);
  EXPECT_THROW(read_config_alone(root.path() / "config.json"), HarnessError);
}

TEST(Twin, OfADamagedFileIsDamagedAlike) {
  const TemporaryFolder root;
  const fs::path source = root.path() / "source", twin = root.path() / "twin";
  write_tiny_llama(source);
  const ModelFolder folder = read_model_folder(source);
  const fs::path first = source / folder.shards.at(0).name;
  fs::resize_file(first, fs::file_size(first) - 1);
  write_twin(folder, twin);
  EXPECT_EQ(fs::file_size(twin / first.filename()), fs::file_size(first));
  fs::resize_file(first, 5);
  write_twin(folder, root.path() / "cut");
  EXPECT_EQ(read_file(root.path() / "cut" / first.filename()), read_file(first));
}

TEST(Twin, HeaderTextIsReadBack) {
  SafetensorsHeader header;
  header.tensors = {{"a\"b", "BF16", {2, 3}, 0, 12}, {"scalar", "F32", {}, 12, 16}};
  header.metadata = {{"format", "mlx"}};
  header.data_bytes = 16;
  const std::string text = safetensors_header_text(header);
  const SafetensorsHeader back = parse_safetensors_header(std::string_view(text).substr(8), 16, "x");
  ASSERT_EQ(back.tensors.size(), 2u);
  EXPECT_EQ(back.tensors[0].name, "a\"b");
  EXPECT_EQ(back.tensors[0].shape, header.tensors[0].shape);
  EXPECT_TRUE(back.tensors[1].shape.empty());
  EXPECT_EQ(back.metadata, header.metadata);
}

}  // namespace
}  // namespace exo_harness::model
