#include "exo_harness/cluster/faults.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

namespace exo_harness::cluster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SomeFaults : public testing::Test {
 protected:
  // A command that writes down its words.
  std::vector<std::string> writes(const std::string& what) const {
    return {"sh", "-c", "echo \"$0 $1 $2\" >> " + file_.string(), what, "{node}", "{host} {api} {ms}"};
  }
  std::string written() const { return std::filesystem::exists(file_) ? read_file(file_) : ""; }
  ClusterSpec spec(const std::vector<std::string>& verbs) const {
    ClusterSpec spec;
    for (const std::string& verb : verbs) spec.faults[verb] = writes(verb);
    return spec;
  }
  const std::vector<std::string> apis_ = {"http://10.0.0.1:52415", "http://me:secret@10.0.0.2:52415"};
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "written";
};

TEST_F(SomeFaults, GetTheNodeInTheirWordsAndNoPassword) {
  Faults faults(spec({"slow-link", "heal-link"}), apis_, {});

  ASSERT_TRUE(faults.apply(FaultVerb::slow_link, 1, milliseconds(250)).ok());

  EXPECT_EQ(written(), "slow-link 2 10.0.0.2 http://10.0.0.2:52415 250\n");
}

TEST_F(SomeFaults, AreUndoneHoweverItEnds) {
  {
    Faults faults(spec({"kill-node", "start-node", "stop-node", "cont-node"}), apis_, {});
    ASSERT_TRUE(faults.apply(FaultVerb::kill_node, 0).ok());
    ASSERT_TRUE(faults.apply(FaultVerb::stop_node, 1).ok());
  }
  EXPECT_THAT(written(), HasSubstr("start-node 1 "));
  EXPECT_THAT(written(), HasSubstr("cont-node 2 "));
}

TEST_F(SomeFaults, AreUndoneOnce) {
  Faults faults(spec({"cut-link", "heal-link"}), apis_, {});
  ASSERT_TRUE(faults.apply(FaultVerb::cut_link, 0).ok());
  ASSERT_TRUE(faults.apply(FaultVerb::heal_link, 0).ok());
  const std::string before = written();

  EXPECT_THAT(faults.undo(), IsEmpty());

  EXPECT_EQ(written(), before);
}

TEST_F(SomeFaults, ThatCannotBeUndoneAreNotTried) {
  Faults faults(spec({"kill-node", "kill-runner"}), apis_, {});

  EXPECT_FALSE(faults.apply(FaultVerb::kill_node, 0).ok());

  EXPECT_EQ(written(), "");
  EXPECT_THAT(faults.why_not(FaultVerb::kill_node).value_or(""), HasSubstr("`start-node`, which undoes it"));
  EXPECT_THAT(faults.why_not(FaultVerb::cut_link).value_or(""), HasSubstr("`cut-link` is not in [faults]"));
  EXPECT_EQ(faults.why_not(FaultVerb::kill_runner), std::nullopt);
}

TEST_F(SomeFaults, ThatFailSayHow) {
  ClusterSpec broken;
  broken.faults["kill-runner"] = {"sh", "-c", "echo no such node; exit 3"};
  Faults faults(broken, apis_, {});

  const auto done = faults.apply(FaultVerb::kill_runner, 1);

  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.failure().kind, FailureKind::unfit);
  EXPECT_THAT(done.failure().what, HasSubstr("kill-runner of node 2 could not be done"));
  EXPECT_THAT(done.failure().what, HasSubstr("exit code 3"));
  EXPECT_THAT(done.failure().evidence, HasSubstr("no such node"));
}

TEST_F(SomeFaults, SayWhatCouldNotBeUndone) {
  ClusterSpec broken = spec({"kill-node"});
  broken.faults["start-node"] = {"false"};
  Faults faults(broken, apis_, {});
  ASSERT_TRUE(faults.apply(FaultVerb::kill_node, 1).ok());

  EXPECT_THAT(faults.undo(), ElementsAre(HasSubstr("start-node of node 2 could not be done")));
}

TEST(ACommandOfAFault, NeedsWordsAndKnownPlaceholders) {
  EXPECT_EQ(why_no_fault_command({"ssh", "{host}", "pkill", "-f", "{node}{ms}{api}"}), "");
  EXPECT_THAT(why_no_fault_command({}), HasSubstr("an array of words"));
  EXPECT_THAT(why_no_fault_command({"kill", "{pid}"}), HasSubstr("where it says {pid}"));
}

}  // namespace
}  // namespace exo_harness::cluster
