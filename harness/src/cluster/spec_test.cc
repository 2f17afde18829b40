#include "exo_harness/cluster/spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

namespace exo_harness::cluster {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ASpec : public testing::Test {
 protected:
  ClusterSpec load(const std::string& text) {
    write_file(file_, text);
    return load_spec(file_.string());
  }
  std::string refusal(const std::string& text) {
    try {
      load(text);
    } catch (const HarnessError& error) {
      return error.what();
    }
    return "accepted";
  }
  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "desk.toml";
};

TEST_F(ASpec, IsReadWithItsEnvironmentAndLimits) {
  const ClusterSpec spec = load(
      "start_script = \"start.sh\"\napis = [\"http://a:1\"]\nnodes = 3\nplacements = [\"tensor-2\"]\n"
      "[env]\nEXO_X = \"1\"\n[limits]\nload = 1.5\n");

  EXPECT_EQ(spec.name, "desk");
  EXPECT_EQ(spec.start_script, folder_.path() / "start.sh");
  EXPECT_EQ(spec.nodes, 3);
  EXPECT_EQ(spec.environment.at("EXO_X"), "1");
  EXPECT_EQ(spec.limits.load, std::chrono::milliseconds(1500));
  EXPECT_EQ(spec.limits.place, PhaseLimits().place);
}

TEST_F(ASpec, SaysHowNodesAreBroken) {
  const ClusterSpec spec =
      load("[faults]\nkill-node = [\"./break\", \"{node}\"]\nstart-node = [\"ssh\", \"{host}\"]\n");

  EXPECT_THAT(spec.faults.at("kill-node"), ElementsAre((folder_.path() / "break").string(), "{node}"));
  EXPECT_THAT(spec.faults.at("start-node"), ElementsAre("ssh", "{host}"));
  EXPECT_THAT(refusal("[faults]\nkill-nod = [\"a\"]\n"), AllOf(HasSubstr("desk.toml:2"), HasSubstr("kill-nod")));
  EXPECT_THAT(refusal("[faults]\nkill-node = []\n"), HasSubstr("array of words"));
  EXPECT_THAT(refusal("[faults]\nkill-node = [\"kill\", \"{pid}\"]\n"), HasSubstr("{pid}"));
}

TEST_F(ASpec, WithAMistypedKeyIsRefusedWithItsLine) {
  EXPECT_THAT(refusal("nodes = 2\nplacement = []\n"), AllOf(HasSubstr("desk.toml:2"), HasSubstr("placement")));
  EXPECT_THAT(refusal("[limits]\nlaod = 2\n"), AllOf(HasSubstr("desk.toml:2"), HasSubstr("laod")));
}

TEST_F(ASpec, WithAWrongValueSaysWhatWasExpected) {
  EXPECT_THAT(refusal("nodes = \"two\"\n"), AllOf(HasSubstr("desk.toml:1"), HasSubstr("expected an integer")));
  EXPECT_THAT(refusal("placements = [\"tensor-x\"]\n"), HasSubstr("short names of modes"));
  EXPECT_THAT(refusal("nodes = \n"), HasSubstr("desk.toml:1"));
}

TEST_F(ASpec, WithANumberThatIsNoneIsRefused) {
  EXPECT_THAT(refusal("speed = nan\n"),
              HasSubstr("desk.toml:1: speed: expected a number of 0 to 1000000, found `nan`"));
  EXPECT_THAT(refusal("speed = inf\n"), HasSubstr("desk.toml:1: speed: expected"));
  EXPECT_THAT(refusal("speed = -1\n"), HasSubstr("desk.toml:1: speed: expected"));
  EXPECT_THAT(refusal("[limits]\nstart = nan\n"), HasSubstr("desk.toml:2: limits.start: expected a number"));
  EXPECT_THAT(refusal("[limits]\nstart = 1e99\n"), HasSubstr("desk.toml:2: limits.start: expected"));
  EXPECT_THAT(refusal("nodes = 0\n"), HasSubstr("desk.toml:1: nodes: expected 1 to 1024 nodes, found `0`"));
  EXPECT_THAT(refusal("nodes = 1025\n"), HasSubstr("desk.toml:1: nodes: expected"));
  EXPECT_EQ(load("nodes = 1\nspeed = 0\n[limits]\nstart = 604800\n").nodes, 1);
}

TEST(AnUnknownSpec, IsRefusedWithTheNearestName) {
  try {
    load_spec("fake2");
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.advice(), HasSubstr("fake-2"));
  }
}

TEST(AClusterFile, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  ClusterFile file;
  file.nodes = {{"id-a", "http://a:1", "Ada", exo::Generation::main}};
  file.spec.nodes = 1;
  file.spec.models = {"m"};
  file.spec.limits.load = std::chrono::milliseconds(7);
  file.spec.log_files = {"/var/log/exo.log"};
  file.run_id = "run-1";

  write_cluster_file(folder.path() / "cluster.json", file);
  const ClusterFile back = read_cluster_file(folder.path() / "cluster.json");

  EXPECT_EQ(back.nodes.at(0).id, "id-a");
  EXPECT_EQ(back.nodes.at(0).generation, exo::Generation::main);
  EXPECT_THAT(back.spec.apis, ElementsAre("http://a:1"));
  EXPECT_EQ(back.spec.limits.load, std::chrono::milliseconds(7));
  EXPECT_EQ(back.spec.log_files, file.spec.log_files);
  EXPECT_EQ(back.run_id, "run-1");
}

TEST(AClusterFile, KeepsNoPasswordAndGetsItFromTheEnvironment) {
  const TemporaryFolder folder;
  ClusterFile file;
  file.nodes = {{"id-a", "http://me:p%40ss@a:1", "Ada", exo::Generation::main},
                {"id-b", "http://b:1", "Bo", exo::Generation::main}};
  write_cluster_file(folder.path() / "cluster.json", file);
  EXPECT_THAT(read_file(folder.path() / "cluster.json"), Not(HasSubstr("p%40ss")));

  ClusterFile back = read_cluster_file(folder.path() / "cluster.json");
  ::unsetenv(kCredentialsVariable);
  EXPECT_THROW(give_credentials(back), UsageError);
  ::setenv(kCredentialsVariable, credentials_of({"http://x@c:1", "http://me:p%40ss@a:1", "http://b:1"}).c_str(), 1);
  give_credentials(back);
  ::unsetenv(kCredentialsVariable);
  EXPECT_THAT(back.spec.apis, ElementsAre("http://me:p%40ss@a:1", "http://b:1"));
  EXPECT_EQ(back.nodes.at(0).api, "http://me:p%40ss@a:1");
}

TEST(AnAddress, IsItselfWithoutUserAndPassword) {
  EXPECT_EQ(without_credentials("http://me:p@ss@a:1/x@y"), "http://a:1/x@y");
  EXPECT_EQ(without_credentials("http://[::1]:2"), "http://[::1]:2");
  EXPECT_EQ(without_credentials("http://a:1/?q=me@b"), "http://a:1/?q=me@b");
}

TEST(AnAddress, IsRefusedWhereItsPasswordIsNotEncoded) {
  for (const char* api : {"http://u:hunter/2secret@a:9", "http://u:hunter#2secret@a:9", "http://u:?hunter2secret@a:9",
                          "http://u:p@ss/2secret@a:9"}) {
    try {
      check_credentials(api);
      ADD_FAILURE() << api;
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), AllOf(HasSubstr("http://[redacted]@a:9"), Not(HasSubstr("2secret"))));
    }
  }
  for (const char* api : {"http://host:80/path@x", "http://a:1/?q=me@b", "http://[::1]:2/x@y", "http://a/x:y@z",
                          "http://me:p%2Fss@a:1/x", "http://me:p@ss@a:1", "nothing"})
    EXPECT_NO_THROW(check_credentials(api)) << api;
}

TEST(AFileThatIsNoClusterFile, IsRefusedWithItsName) {
  const TemporaryFolder folder;
  write_file(folder.path() / "x.json", "{\"format\": 1}");

  try {
    read_cluster_file(folder.path() / "x.json");
    FAIL() << "accepted";
  } catch (const HarnessError& error) {
    EXPECT_THAT(error.what(), HasSubstr("x.json"));
  }
}

}  // namespace
}  // namespace exo_harness::cluster
