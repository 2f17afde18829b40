#include "exo_harness/model/stage/published_hash.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/model/stage/stage.h"

#include "model/test_model.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// `printf 'hello\n' | git hash-object --stdin` and `… | sha256sum`.
constexpr const char* kGitOfHello = "ce013625030ba8dba906f756967f9e9ca394464a";
constexpr const char* kSha256OfHello = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

/// A folder that `hf download --local-dir` filled.
class ALocalFolder : public testing::Test {
 protected:
  ALocalFolder() { fs::create_directories(metadata()); }
  fs::path metadata() const { return folder_.path() / ".cache/huggingface/download"; }
  void put(const std::string& name, const std::string& commit, const std::string& hash) {
    write_file(folder_.path() / name, "hello\n");
    write_file(metadata() / (name + ".metadata"), commit + "\n" + hash + "\n1717171717.25\n");
  }
  std::string refusal(const std::vector<std::string>& names) {
    try {
      hash_files(folder_.path(), names);
    } catch (const HarnessError& error) {
      return error.what();
    }
    return "no refusal";
  }

  const std::string a_ = std::string(40, 'a'), b_ = std::string(40, 'b');
  TemporaryFolder folder_;
};

TEST_F(ALocalFolder, TellsTheHashOfEachFileInEitherKind) {
  put("config.json", a_, kGitOfHello);
  put("weights", a_, kSha256OfHello);
  write_file(folder_.path() / "mine", "hello\n");

  const auto hashes = hash_files(folder_.path(), {"config.json", "weights", "mine"});

  for (const FileHash& each : hashes) EXPECT_EQ(each.sha256, kSha256OfHello);
  EXPECT_TRUE(hashes[0].verified && hashes[1].verified);
  EXPECT_FALSE(hashes[2].verified);
}

TEST_F(ALocalFolder, NamesTheFileThatIsNotAsPublished) {
  put("config.json", a_, kGitOfHello);
  put("weights", a_, std::string(64, '0'));
  EXPECT_THAT(refusal({"config.json", "weights"}), AllOf(HasSubstr("weights: its SHA-256 is"), HasSubstr("says 0000")));
  put("config.json", a_, b_);
  EXPECT_THAT(refusal({"config.json"}), HasSubstr(std::string("config.json: its git hash is ") + kGitOfHello));
}

TEST_F(ALocalFolder, TellsItsCommitAndWhetherAnUpdateWasInterrupted) {
  EXPECT_EQ(revision_of(folder_.path()).id, "");
  put("config.json", a_, kGitOfHello);
  EXPECT_EQ(revision_of(folder_.path()).id, a_);
  EXPECT_THAT(revision_of(folder_.path()).others, IsEmpty());
  put("weights", b_, kGitOfHello);
  EXPECT_THAT(revision_of(folder_.path()).others, ElementsAre(b_));
  fs::remove(folder_.path() / "weights");
  EXPECT_THAT(revision_of(folder_.path()).others, IsEmpty());
}

TEST_F(ALocalFolder, WithMetadataOfAnotherKindTellsNothing) {
  put("config.json", "no commit", "no hash");
  write_file(metadata() / "weights.metadata", std::string(100'000, 'a'));
  write_file(folder_.path() / "weights", "hello\n");
  EXPECT_EQ(revision_of(folder_.path()).id, "");
  EXPECT_FALSE(published_hash(folder_.path(), "config.json"));
  EXPECT_FALSE(published_hash(folder_.path(), "weights"));
}

TEST(ACache, TellsCommitAndHashesAndAStagedModelKeepsThem) {
  const TemporaryFolder root;
  const std::string commit(40, 'c');
  write_tiny_llama(root.path() / "files");
  write_cache_entry_of(root.path() / "files", root.path() / "hub/models--org--name", commit);
  StageRequest request;
  request.source = root.path() / "hub/models--org--name/snapshots" / commit;
  request.repo = "org/name";
  request.into = root.path() / "models";
  EXPECT_EQ(revision_of(request.source).id, commit);
  EXPECT_EQ(published_hash(request.source, "config.json")->hex.size(), 40u);

  const Staged staged = stage(request);

  EXPECT_EQ(revision_of(staged.folder).id, commit);
}

}  // namespace
}  // namespace exo_harness::model
