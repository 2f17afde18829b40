#include "exo_harness/trial/election.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

namespace exo_harness::trial {
namespace {

using testing::Eq;
using testing::Optional;

class AnElection : public testing::Test {
 protected:
  std::filesystem::path log(const std::string& name, const std::vector<std::string>& messages) {
    std::string text;
    for (const std::string& message : messages) text += "[ 04:59:13.1258AM | INFO    ] " + message + "\n";
    write_file(folder_.path() / name, text);
    return folder_.path() / name;
  }
  TemporaryFolder folder_;
};

TEST_F(AnElection, IsToldByEachNodeOfIt) {
  const auto won = log("a", {"Starting node A", "Node elected Master", "runner ready"});
  const auto lost = log("b", {"Starting node B", "Node elected Master", "Node A elected master - demoting self"});

  EXPECT_THAT(master_of({lost}, {"A", "B"}), Optional(Eq("A")));
  EXPECT_THAT(master_of({won, lost}, {"A", "B"}), Optional(Eq("A")));
}

TEST_F(AnElection, IsToldInTheWordsOfLaterVersions) {
  const auto kept = log("a", {"Starting node A", "Node elected Master - maintaining self"});
  const auto won =
      log("b", {"Starting node B", "Node A elected master - demoting self", "Node elected Master - promoting self"});

  EXPECT_THAT(master_of({kept}, {"A", "B"}), Optional(Eq("A")));
  EXPECT_THAT(master_of({won}, {"A", "B"}), Optional(Eq("B")));
}

TEST_F(AnElection, BelongsToTheProcessThatRuns) {
  const auto again =
      log("a", {"Starting node A", "Node elected Master", "Starting node C", "Node B elected master - demoting self"});
  const auto other = log("b", {"Starting node B", "Node A elected master - demoting self", "Node elected Master"});

  EXPECT_THAT(master_of({again, other}, {"B", "C"}), Optional(Eq("B")));
}

TEST_F(AnElection, IsUnknownWithoutALogThatSaysIt) {
  const auto silent = log("a", {"Starting node A"});
  const auto gone = log("g", {"Starting node G", "Node elected Master"});

  EXPECT_EQ(master_of({}, {"A"}), std::nullopt);
  EXPECT_EQ(master_of({silent, folder_.path() / "no such file"}, {"A", "B"}), std::nullopt);
  EXPECT_EQ(master_of({gone}, {"A", "B"}), std::nullopt) << "it left";
}

TEST_F(AnElection, IsUnknownWhenNodesContradictEachOther) {
  const auto one = log("a", {"Starting node A", "Node elected Master"});
  const auto other = log("b", {"Starting node B", "Node elected Master"});

  EXPECT_EQ(master_of({one, other}, {"A", "B"}), std::nullopt);
}

}  // namespace
}  // namespace exo_harness::trial
