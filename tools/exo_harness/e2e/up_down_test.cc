// `up` and `down` of one folder: what is there is what was asked for, and what is said to be down is down.
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/process/child.h"
#include "exo_harness/process/run_record.h"

#include "started_fake.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::chrono::seconds kTestLimit{60};

class AFolderOfRuns : public testing::Test {
 protected:
  void TearDown() override {
    run({"down"});
    run({"sweep", "--grace", "0"});
  }

  process::CommandOptions command(const std::vector<std::string>& words) const {
    process::CommandOptions command;
    command.command = {EXO_BIN_DIR "/exo-harness"};
    command.command.insert(command.command.end(), words.begin(), words.end());
    command.environment["EXO_HARNESS_RUNS"] = runs().string();
    return command;
  }
  process::CommandResult run(const std::vector<std::string>& words) const {
    return process::run_command(command(words), Deadline::after(kTestLimit));
  }
  fs::path runs() const { return folder_.path() / "runs"; }
  fs::path state() const { return runs() / "cluster.json"; }
  cluster::ClusterFile file() const { return cluster::read_cluster_file(state()); }
  // Of the nodes of `file`, how many answer as those that they are there.
  static int answering(const cluster::ClusterFile& file) {
    int count = 0;
    for (const cluster::Node& node : file.nodes) {
      const auto id = exo::Client(node.api).node_id(Deadline::after(5s));
      if (id && *id == node.id) ++count;
    }
    return count;
  }
  fs::path write(const std::string& name, const std::string& text, fs::perms mode = fs::perms::owner_all) const {
    const fs::path path = folder_.path() / name;
    write_file(path, text);
    fs::permissions(path, mode);
    return path;
  }

  TemporaryFolder folder_{"up-down"};
};

TEST_F(AFolderOfRuns, WithAClusterThatIsUpRefusesAnother) {
  ASSERT_EQ(run({"up"}).status.code, 0);
  const cluster::ClusterFile before = file();
  const std::string script = write("start.sh", "#!/bin/sh\nexit 1\n");
  const std::string other = write("other.toml", "name = \"other\"\nnodes = 2\n");

  const auto again = run({"up"});
  EXPECT_EQ(again.status.code, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("is up already"));
  for (const std::vector<std::string>& words : {std::vector<std::string>{"up", "--nodes", "3"},
                                                {"up", "--cluster", other},
                                                {"up", "--cluster", "fake-2", "--start-script", script},
                                                {"up", "--cluster", "fake-2", "--api", "http://127.0.0.1:9"}}) {
    const auto refused = run(words);
    EXPECT_EQ(refused.status.code, 2) << join(words, " ") << refused.output;
    EXPECT_THAT(refused.output, AllOf(HasSubstr("fake-2"), HasSubstr("exo-harness down --out " + runs().string())));
  }

  EXPECT_EQ(file().run_id, before.run_id);
  EXPECT_EQ(run({"down"}).status.code, 0);
}

TEST_F(AFolderOfRuns, IsOfOneUpAtATime) {
  const fs::path begun = folder_.path() / "begun";
  const std::string script = write("start.sh", format("#!/bin/sh\ntouch '{}'\nexec sleep 60\n", begun.string()));
  auto first = process::Child::start(command({"up", "--start-script", script, "--api", "http://127.0.0.1:9"}));
  ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), 10ms, [&] { return fs::exists(begun); }));

  const auto second = run({"up"});

  EXPECT_EQ(second.status.code, 2) << second.output;
  EXPECT_THAT(second.output, HasSubstr(format("another exo-harness (pid {})", first.pid())));
  EXPECT_FALSE(fs::exists(state()));
  first.end(20s);
}

TEST_F(AFolderOfRuns, WithAClusterThatHasChangedIsNotOverwritten) {
  ASSERT_EQ(run({"up"}).status.code, 0);
  cluster::ClusterFile apart = file();
  apart.nodes[0].id = "gone";  // As after a start of that node by somebody else.
  cluster::write_cluster_file(state(), apart);

  const auto again = run({"up"});

  EXPECT_EQ(again.status.code, 2) << again.output;
  EXPECT_THAT(again.output, AllOf(HasSubstr("stale"), HasSubstr("exo-harness down")));
  EXPECT_EQ(file().run_id, apart.run_id);
}

TEST_F(AFolderOfRuns, WhoseSupervisorWasKilledIsEndedByDown) {
  ASSERT_EQ(run({"up"}).status.code, 0);
  const cluster::ClusterFile before = file();
  const auto record = process::read_run_record(before.run_folder);
  ASSERT_TRUE(record);
  ASSERT_EQ(::kill(record->supervisor.pid, SIGKILL), 0);
  ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), 10ms, [&] { return !process::is_alive(record->supervisor); }));

  const auto down = run({"down"});

  EXPECT_EQ(down.status.code, 0) << down.output;
  EXPECT_THAT(down.output, HasSubstr("supervisor was killed"));
  EXPECT_EQ(answering(before), 0);
  EXPECT_FALSE(fs::exists(state()));
}

/// A state file of a cluster that runs, and a run folder whose record says what the test wants.
class ARunningCluster : public AFolderOfRuns {
 protected:
  void SetUp() override {
    ASSERT_EQ(fake_.apis().size(), 2U);
    ASSERT_EQ(run({"up", "--api", fake_.apis()[0], "--nodes", "2"}).status.code, 0);
    before_ = file();
  }
  void TearDown() override {
    record_.clean = true;
    record_.supervisor = {};
    process::write_run_record(before_.run_folder, record_);
  }
  void record_supervisor(process::ProcessId supervisor) {
    record_.run_id = before_.run_id;
    record_.boot = process::boot_id();
    record_.supervisor = supervisor;
    record_.clean = supervisor.pid == 0;
    process::write_run_record(before_.run_folder, record_);
  }

  StartedFake fake_{2};
  cluster::ClusterFile before_;
  process::RunRecord record_;
};

TEST_F(ARunningCluster, IsNotDownWhileNodesAnswer) {
  record_supervisor({});

  const auto down = run({"down"});

  EXPECT_EQ(down.status.code, 2) << down.output;
  EXPECT_THAT(down.output, AllOf(HasSubstr("still"), HasSubstr(before_.nodes[0].api), HasSubstr(before_.nodes[1].api),
                                 HasSubstr("exo-harness sweep --out " + runs().string())));
  EXPECT_TRUE(fs::exists(state()));
}

TEST_F(ARunningCluster, OfARunThatGoesOnIsLeftToIt) {
  record_supervisor(process::find_process(::getpid())->id);

  const auto down = run({"down"});

  EXPECT_EQ(down.status.code, 2) << down.output;
  EXPECT_THAT(down.output, HasSubstr(format("supervisor pid {}", ::getpid())));
  EXPECT_TRUE(fs::exists(state()));
}

TEST_F(ARunningCluster, ThatWasOnlyAttachedToGoesOn) {
  const auto down = run({"down"});

  EXPECT_EQ(down.status.code, 0) << down.output;
  EXPECT_THAT(down.output, HasSubstr("never ours to stop"));
  EXPECT_EQ(answering(before_), 2);
  EXPECT_FALSE(fs::exists(state()));
}

}  // namespace
}  // namespace exo_harness::tools
