#include "exo_harness/model/stage/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

#include "model/test_model.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kShard = "model-00001-of-00002.safetensors";

/// A tiny Llama as `hf download --local-dir` leaves it: next to each file what the hub published of it.
class ADownload : public testing::Test {
 protected:
  void SetUp() override {
    write_tiny_llama(root_.path() / "source");
    write_cache_entry_of(root_.path() / "source", root_.path() / "entry", commit_);
    fs::create_directories(metadata());
    for (const auto& link : fs::directory_iterator(root_.path() / "entry/snapshots" / commit_)) {
      const fs::path blob = fs::canonical(link.path());
      fs::copy_file(blob, folder() / link.path().filename());
      publish(link.path().filename(), commit_, blob.filename());
    }
  }
  fs::path folder() const { return root_.path() / "download"; }
  fs::path metadata() const { return folder() / ".cache/huggingface/download"; }
  void publish(const std::string& name, const std::string& commit, const std::string& hash) const {
    write_file(metadata() / (name + ".metadata"), commit + "\n" + hash + "\n1717171717.25\n");
  }
  std::string refusal() const {
    try {
      verify_download(folder());
    } catch (const HarnessError& error) {
      return error.what();
    }
    return "no refusal";
  }

  const std::string commit_ = std::string(40, 'a');
  TemporaryFolder root_;
};

TEST_F(ADownload, IsVerifiedByteByByte) {
  write_file(folder() / ".DS_Store", "of the Finder, which looked in: not of the hub");
  const Download download = verify_download(folder());

  EXPECT_EQ(download.revision, commit_);
  EXPECT_THAT(download.problems, IsEmpty());
  EXPECT_GE(download.hashes.size(), 5U);
  for (const FileHash& each : download.hashes) EXPECT_TRUE(each.verified) << each.name;
}

TEST_F(ADownload, LosesAFileThatIsNotWhatTheHubHas) {
  change_last_byte(folder() / kShard);

  EXPECT_THAT(refusal(), AllOf(HasSubstr(kShard), HasSubstr("its SHA-256 is")));

  EXPECT_FALSE(fs::exists(folder() / kShard)) << "the client would take it for whole";
  EXPECT_FALSE(fs::exists(metadata() / (std::string(kShard) + ".metadata")));
  EXPECT_TRUE(fs::exists(folder() / "config.json"));
}

TEST_F(ADownload, LosesAFileThatIsTooShort) {
  fs::resize_file(folder() / kShard, fs::file_size(folder() / kShard) - 16);
  EXPECT_THAT(refusal(), HasSubstr(kShard));
  EXPECT_FALSE(fs::exists(folder() / kShard));
}

TEST_F(ADownload, NamesEachFileThatIsWrong) {
  change_last_byte(folder() / kShard);
  change_last_byte(folder() / "config.json");
  EXPECT_THAT(refusal(), AllOf(HasSubstr(kShard), HasSubstr("config.json: its git hash is")));
}

TEST_F(ADownload, IsNoWholeModelWithoutAShard) {
  fs::remove(folder() / kShard);
  EXPECT_THAT(refusal(), HasSubstr(kShard));
}

TEST_F(ADownload, LosesFilesOfAnEarlierRevision) {
  write_file(folder() / "old.py", "hello\n");
  publish("old.py", std::string(40, 'b'), "ce013625030ba8dba906f756967f9e9ca394464a");

  EXPECT_THAT(verify_download(folder()).removed, ElementsAre("old.py"));

  EXPECT_FALSE(fs::exists(folder() / "old.py"));
}

TEST_F(ADownload, SaysOfWhatNothingIsPublished) {
  fs::remove_all(folder() / ".cache");
  for (const FileHash& each : verify_download(folder()).hashes) EXPECT_FALSE(each.verified);
}

TEST_F(ADownload, LosesHalvesThatNoClientGoesOnWith) {
  write_file(metadata() / "xGOKK=.f2c9.98ae5190.incomplete", "12345");
  write_file(metadata() / "xGOKK=.f2c9.incomplete", "12345");

  EXPECT_EQ(remove_dead_halves(folder()), 5U);

  EXPECT_TRUE(fs::exists(metadata() / "xGOKK=.f2c9.incomplete")) << "an older client goes on with it";
}

}  // namespace
}  // namespace exo_harness::model
