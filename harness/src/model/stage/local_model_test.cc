#include "exo_harness/model/stage/local_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

#include "model/test_model.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TwoCopies : public testing::Test {
 protected:
  TwoCopies() {
    write_tiny_llama(one());
    write_tiny_llama(other());
  }
  fs::path one() const { return root_.path() / "one"; }
  fs::path other() const { return root_.path() / "other"; }
  std::vector<std::string> compared() { return differences(look_at_model(one()), look_at_model(other())); }
  static void publish_commit(const fs::path& folder, char digit) {
    fs::create_directories(folder / ".cache/huggingface/download");
    write_file(folder / ".cache/huggingface/download/config.json.metadata", std::string(40, digit) + "\nx\n1\n");
  }

  TemporaryFolder root_;
};

TEST_F(TwoCopies, ThatAreAlikeHaveNoDifference) {
  publish_commit(one(), 'a');
  EXPECT_THAT(look_at_model(one()).problems, IsEmpty());
  EXPECT_THAT(compared(), IsEmpty());
}

TEST_F(TwoCopies, OfTwoCommitsAreToldApart) {
  publish_commit(one(), 'a');
  publish_commit(other(), 'b');
  EXPECT_THAT(compared(), ElementsAre(AllOf(HasSubstr("not the same revision: aaaa"), HasSubstr("bbbb"))));
}

TEST_F(TwoCopies, OfAnotherSizeOrConfigAreToldApart) {
  write_file(other() / "config.json", read_file(other() / "config.json") + "\n");
  EXPECT_THAT(compared(), ElementsAre(HasSubstr("not the same config.json, index or headers")));
  write_tiny_llama(other(), 3);
  EXPECT_THAT(compared(), ElementsAre(HasSubstr("not the same bytes of weights")));
}

TEST_F(TwoCopies, OneOfThemDamagedIsAProblemAndNoException) {
  fs::resize_file(one() / "model-00001-of-00002.safetensors", 100);
  EXPECT_THAT(look_at_model(one()).problems, ElementsAre(HasSubstr("damaged: ")));
  EXPECT_THAT(compared(), IsEmpty());
}

TEST_F(TwoCopies, WithOtherWeightsOfTheSameSizeAreToldApartByTheirContent) {
  EXPECT_EQ(hash_content(one()).sha256, hash_content(other()).sha256);
  change_last_byte(other() / "model-00002-of-00002.safetensors");
  EXPECT_THAT(compared(), IsEmpty());
  EXPECT_NE(hash_content(one()).sha256, hash_content(other()).sha256);
  EXPECT_EQ(hash_content(one()).verified, 0);
}

TEST_F(TwoCopies, OneOfThemNotAsTheHubPublishedIsAProblem) {
  fs::create_directories(one() / ".cache/huggingface/download");
  write_file(one() / ".cache/huggingface/download/config.json.metadata",
             std::string(40, 'a') + "\n" + std::string(64, 'b') + "\n1\n");
  EXPECT_THAT(hash_content(one()).problems, ElementsAre(HasSubstr("config.json: its SHA-256 is")));
  EXPECT_EQ(hash_content(one()).sha256, "");
}

/// What a node says, and one folder where Exo looks on this machine.
class ANodeOfThisMachine : public testing::Test {
 protected:
  ANodeOfThisMachine() {
    write_tiny_llama(place());
    check_.repo = "org/x";
    check_.nodes.resize(1);
    check_.nodes[0].id = check_.nodes[0].node = "a";
    says("complete");
  }
  fs::path place() const { return root_.path() / "org--x"; }
  void says(const std::string& status) {
    check_.nodes[0].status = status;
    check_.nodes[0].directory = status == "complete" ? place().string() : "";
    check_.nodes[0].bytes = look_at_model(place()).all_bytes;
  }
  std::vector<std::string> problems(const std::string& revision = "") {
    check_.problems.clear();
    compare_with_disk(check_, "a", {root_.path()}, revision);
    return check_.problems;
  }

  TemporaryFolder root_;
  ModelCheck check_;
};

TEST_F(ANodeOfThisMachine, ThatSaysWhatIsThereHasNoProblem) {
  EXPECT_THAT(problems(), IsEmpty());
  check_.nodes[0].bytes = look_at_model(place()).weight_bytes;
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ANodeOfThisMachine, WhoseFolderIsGoneOrDamagedIsSeen) {
  fs::resize_file(place() / "model-00001-of-00002.safetensors", 100);
  EXPECT_THAT(problems(), Contains(HasSubstr("a: damaged: ")));
  fs::remove_all(place());
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("which is not on this machine")));
}

TEST_F(ANodeOfThisMachine, WithAnotherDiskIsNotCompared) {
  check_.nodes[0].directory = "/opt/no-such-place/org--x";
  EXPECT_THAT(problems(), IsEmpty());
  EXPECT_EQ(check_.nodes[0].layout, "");
}

TEST_F(ANodeOfThisMachine, ThatSaysOtherBytesIsSeen) {
  check_.nodes[0].bytes = look_at_model(place()).weight_bytes - 1;
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("a says it has ")));
  check_.nodes[0].bytes = look_at_model(place()).all_bytes + 1;
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("a says it has ")));
}

TEST_F(ANodeOfThisMachine, WithAnotherRevisionThanWantedIsSeen) {
  fs::create_directories(place() / ".cache/huggingface/download");
  write_file(place() / ".cache/huggingface/download/config.json.metadata", std::string(40, 'a') + "\nx\n1\n");
  EXPECT_THAT(problems(std::string(40, 'a')), IsEmpty());
  EXPECT_EQ(check_.nodes[0].revision, std::string(40, 'a'));
  EXPECT_THAT(problems("v2"), ElementsAre(HasSubstr("wanted is v2")));
}

TEST_F(ANodeOfThisMachine, ThatLacksWhatLiesHereIsSeen) {
  says("absent");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("a says it is absent, but it lies complete in")));
}

TEST_F(ANodeOfThisMachine, ThatLacksAShardOrTheIndexIsNamed) {
  says("partial");
  fs::remove(place() / "model-00002-of-00002.safetensors");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("names model-00002-of-00002.safetensors, which is not there")));
  write_tiny_llama(place());
  fs::remove(place() / "model.safetensors.index.json");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("a: no *.safetensors.index.json: Exo does not find")));
}

TEST_F(ANodeOfThisMachine, IsTheOnlyOneThatIsComparedWithItsDisk) {
  fs::remove_all(place());
  check_.nodes[0].id = "b";
  EXPECT_THAT(problems(), IsEmpty());
}

}  // namespace
}  // namespace exo_harness::model
