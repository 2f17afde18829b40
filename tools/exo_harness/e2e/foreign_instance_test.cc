// A cluster that is attached to may hold an instance of the model under test, and another harness may test it: then a
// broken placement must never pass, and nobody's instance is deleted unasked.
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/process/child.h"
#include "exo_harness/process/owner_lock.h"

#include "app/journal_tail.h"
#include "fake_control.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr milliseconds kTestLimit{40000}, kLook{10};
constexpr const char* kModel = "mlx-community/Llama-3.2-1B-Instruct-4bit";
constexpr const char* kOtherModel = "exo-harness/tiny-llama";

Deadline soon() {
  return Deadline::after(milliseconds(10000));
}

/// A fake cluster of two nodes that somebody else started, and its clients.
class AClusterOfOthers : public testing::Test {
 protected:
  void SetUp() override {
    process::CommandOptions command;
    command.command = {EXO_BIN_DIR "/start-fake-cluster"};
    command.output = folder_.path() / "start.log";
    const fs::path urls = folder_.path() / "urls";
    command.environment = {{"EXO_HARNESS_NODES", "2"},
                           {"EXO_HARNESS_LOG_DIR", (folder_.path() / "logs").string()},
                           {"EXO_FAKE_URL_FILE", urls.string()},
                           {"EXO_FAKE_RDMA", "mesh"},
                           {"EXO_FAKE_NAMESPACE", format("foreign-{}", ::getpid())},
                           {"EXO_FAKE_SPEED", "0"}};
    script_ = process::Child::start(command);
    ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), kLook, [&] { return fs::exists(urls); }));
    const std::string text = read_file(urls);
    for (const auto line : lines(text)) {
      if (!trim(line).empty()) apis_.emplace_back(trim(line));
    }
    ASSERT_EQ(apis_.size(), 2u);
    ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), kLook, [&] { return state().edges.size() >= 2; }));
  }
  void TearDown() override {
    if (script_) script_->end(milliseconds(3000));
  }

  exo::State state() {
    const auto state = exo::Client(apis_.at(0)).state(soon());
    return state ? *state : exo::State{};
  }
  /// Places the model on one node as another client does, and waits until it is ready. Result: its id.
  std::string place(const std::string& model, const exo::State& before) {
    EXPECT_TRUE(exo::Client(apis_.at(0)).place({model, exo::Sharding::pipeline, exo::Comm::mlx_ring, 1}, soon()));
    std::string placed;
    const auto ready = [&] {
      const exo::State now = state();
      for (const auto& [id, instance] : now.instances) {
        if (instance.model_id == model && before.instances.count(id) == 0 && now.is_ready(instance)) placed = id;
      }
      return !placed.empty();
    };
    EXPECT_TRUE(wait_until(Deadline::after(kTestLimit), kLook, ready));
    return placed;
  }
  std::string place(const std::string& model) { return place(model, state()); }
  void remove(const std::string& id) { EXPECT_TRUE(exo::Client(apis_.at(0)).delete_instance(id, soon())); }
  bool is_there(const std::string& id) { return state().instances.count(id) != 0; }
  void break_multi() {
    for (const std::string& api : apis_) ASSERT_EQ(set_fault(api, "wrong-answers:where=multi"), "");
  }

  process::CommandOptions harness(const std::vector<std::string>& words, std::size_t api = 0) {
    process::CommandOptions command;
    command.command = {EXO_BIN_DIR "/exo-harness"};
    command.command.insert(command.command.end(), words.begin(), words.end());
    command.command.insert(command.command.end(),
                           {"--api", apis_.at(api), "--nodes", "2", "--out", (folder_.path() / "runs").string()});
    return command;
  }
  process::CommandOptions tensor_run(std::vector<std::string> more = {}, std::size_t api = 0) {
    std::vector<std::string> words = {"run",      "--model", "llama-3.2-1b", "--placement",
                                      "tensor-2", "--suite", "inference"};
    words.insert(words.end(), more.begin(), more.end());
    return harness(words, api);
  }
  process::CommandResult run(const process::CommandOptions& command) {
    return process::run_command(command, Deadline::after(kTestLimit));
  }

  TemporaryFolder folder_{"foreign"};
  std::optional<process::Child> script_;
  std::vector<std::string> apis_;
};

TEST_F(AClusterOfOthers, WithABrokenPlacementIsRed) {
  break_multi();

  const auto seen = run(tensor_run());

  EXPECT_EQ(seen.status.code, 1) << seen.output;
  EXPECT_THAT(seen.output, AllOf(HasSubstr("FAILED"), HasSubstr("ToTwoPlusTwoIsFour")));
}

TEST_F(AClusterOfOthers, ThatHasAnInstanceOfTheModelIsNotTested) {
  break_multi();
  const std::string theirs = place(kModel);

  const auto seen = run(tensor_run());

  EXPECT_EQ(seen.status.code, 3) << seen.output;
  EXPECT_THAT(seen.output, AllOf(HasSubstr("ENVIRONMENT"), HasSubstr(theirs), HasSubstr("Pipeline/MlxRing/1, node "),
                                 HasSubstr("may let it answer in the place of"), HasSubstr("--remove-instances"),
                                 HasSubstr("0 tests")));
  EXPECT_TRUE(is_there(theirs));
}

TEST_F(AClusterOfOthers, IsClearedOfTheModelUnderTestAndOfNoOtherOnRequest) {
  break_multi();
  const std::string theirs = place(kModel), other = place(kOtherModel);

  const auto seen = run(tensor_run({"--remove-instances"}));

  EXPECT_EQ(seen.status.code, 1) << seen.output;
  EXPECT_THAT(seen.output, AllOf(HasSubstr("removed instance " + theirs.substr(theirs.size() - 8)),
                                 HasSubstr("ToTwoPlusTwoIsFour"), Not(HasSubstr("ENVIRONMENT"))));
  EXPECT_FALSE(is_there(theirs));
  EXPECT_TRUE(is_there(other));
}

TEST_F(AClusterOfOthers, IsTestedBesideInstancesOfOtherModels) {
  const std::string other = place(kOtherModel);

  const auto seen = run(tensor_run({"--gtest_filter=*ToTwoPlusTwo*"}));

  EXPECT_EQ(seen.status.code, 0) << seen.output;
  EXPECT_TRUE(is_there(other));
}

TEST_F(AClusterOfOthers, IsStillLookedAtByTestsThatPlaceNothing) {
  place(kModel);

  const auto seen = run(harness({"run", "--suite", "discovery"}));

  EXPECT_EQ(seen.status.code, 0) << seen.output;
}

/// A run whose tests take their time, so that somebody else can come and go.
class AStranger : public AClusterOfOthers {
 protected:
  void begin_run() {
    for (const std::string& api : apis_) ASSERT_EQ(set_fault(api, "slow-tokens:ms=5"), "");
    run_ = process::Child::start(tensor_run());
    const auto began = [&] { return fs::exists(journal()); };
    ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), kLook, began));
    tail_.emplace(journal());
    ASSERT_TRUE(wait_for_end_of_a_test());
  }
  bool wait_for_end_of_a_test() {
    bool ended = false;
    return wait_until(Deadline::after(kTestLimit), kLook, [&] {
      for (const journal::Record& record : tail_->read_new()) {
        if (const auto* test = std::get_if<journal::TestEnded>(&record.body)) {
          results_.push_back(test->result.value_or(Verdict::inconclusive));
          ended = true;
        }
      }
      return ended;
    });
  }
  fs::path journal() const { return folder_.path() / "runs" / "latest" / "journal.jsonl"; }
  int end_of_run() {
    const auto status = run_->wait(Deadline::after(kTestLimit));
    output_ = run_->output();
    return status ? status->code : -1;
  }

  std::optional<process::Child> run_;
  std::optional<JournalTail> tail_;
  std::vector<Verdict> results_;
  std::string output_;
};

TEST_F(AStranger, WhoStaysMakesWhatIsTestedBesideItInconclusive) {
  begin_run();
  const std::string theirs = place(kModel);

  EXPECT_EQ(end_of_run(), 3) << output_;

  EXPECT_EQ(results_.front(), Verdict::passed);
  EXPECT_THAT(output_,
              AllOf(HasSubstr("ENVIRONMENT"), HasSubstr("another instance " + theirs.substr(theirs.size() - 8)),
                    HasSubstr("was there while this test ran"), Not(HasSubstr(" failed,"))));
  EXPECT_TRUE(is_there(theirs));
  EXPECT_EQ(state().instances.size(), 1u) << "ours is deleted, by its id";
}

TEST_F(AStranger, WhoIsGoneAgainMakesTheTestsOfThatTimeInconclusive) {
  begin_run();
  const std::string theirs = place(kModel);
  ASSERT_TRUE(wait_for_end_of_a_test());
  remove(theirs);

  EXPECT_EQ(end_of_run(), 3) << output_;

  wait_for_end_of_a_test();
  EXPECT_THAT(results_, testing::Contains(Verdict::environment));
  EXPECT_EQ(results_.back(), Verdict::passed);
  EXPECT_THAT(output_, Not(HasSubstr(" failed,")));
}

TEST_F(AClusterOfOthers, IsNotTriedForJaccl) {
  const std::string theirs = place(kModel);

  const auto seen = run(harness({"rdma", "--model", "llama-3.2-1b", "--settle", "0"}));

  EXPECT_EQ(seen.status.code, 3) << seen.output;
  EXPECT_THAT(seen.output, AllOf(HasSubstr("ENVIRONMENT"), HasSubstr("there already"), Not(HasSubstr("one node"))));
  EXPECT_TRUE(is_there(theirs));
}

TEST_F(AClusterOfOthers, IsNotTestedBySuitesAloneEither) {
  const fs::path file = folder_.path() / "cluster.json";
  ASSERT_TRUE(
      run(harness({"up", "--model", "llama-3.2-1b", "--placement", "tensor-2", "--state", file.string()})).status.ok());
  place(kModel);
  process::CommandOptions suite;
  suite.command = {EXO_BIN_DIR "/suite_inference", "--gtest_filter=*ToTwoPlusTwo*"};
  suite.environment = {{"EXO_HARNESS_CLUSTER", file.string()}};

  const auto seen = run(suite);

  EXPECT_EQ(seen.status.code, 3) << seen.output;
  EXPECT_THAT(seen.output, AllOf(HasSubstr("there already"), HasSubstr("environment")));
}

/// Two harnesses on one cluster: the lock goes by its nodes, whatever address leads there.
class AnotherHarness : public AClusterOfOthers {
 protected:
  void hold_the_cluster() { locks_ = process::own_nodes(state().nodes, "somewhere"); }
  std::string expected_message() const {
    return format("another exo-harness (pid {}) runs this cluster, in somewhere", ::getpid());
  }
  std::vector<process::OwnerLock> locks_;
};

TEST_F(AnotherHarness, KeepsTheClusterForItselfThroughEveryAddress) {
  hold_the_cluster();

  for (const std::size_t api : {0u, 1u}) {
    const auto seen = run(tensor_run({}, api));
    EXPECT_EQ(seen.status.code, 2) << seen.output;
    EXPECT_THAT(seen.output, HasSubstr(expected_message()));
  }
  EXPECT_TRUE(state().instances.empty());
}

// The ids that it found at its start are not those of nodes that its suite `resilience` has started again.
TEST_F(AnotherHarness, KeepsTheClusterForItselfThoughEveryNodeHasANewId) {
  locks_ = process::own_nodes(apis_, "somewhere");

  const auto seen = run(tensor_run());
  EXPECT_EQ(seen.status.code, 2) << seen.output;
  EXPECT_THAT(seen.output, HasSubstr(expected_message()));
}

TEST_F(AnotherHarness, KeepsRdmaAndSuitesAloneAwayToo) {
  const fs::path file = folder_.path() / "cluster.json";
  ASSERT_TRUE(
      run(harness({"up", "--model", "llama-3.2-1b", "--placement", "tensor-2", "--state", file.string()})).status.ok());
  hold_the_cluster();
  process::CommandOptions suite;
  suite.command = {EXO_BIN_DIR "/suite_inference", "--gtest_filter=*ToTwoPlusTwo*"};
  suite.environment = {{"EXO_HARNESS_CLUSTER", file.string()}};

  const auto alone = run(suite), rdma = run(harness({"rdma", "--model", "llama-3.2-1b"}));

  EXPECT_EQ(alone.status.code, 2) << alone.output;
  EXPECT_THAT(alone.output, HasSubstr(expected_message()));
  EXPECT_EQ(rdma.status.code, 2) << rdma.output;
  EXPECT_THAT(rdma.output, HasSubstr("another exo-harness"));
}

TEST_F(AnotherHarness, ThatEndedIsInNobodysWay) {
  hold_the_cluster();
  locks_.clear();

  EXPECT_EQ(run(tensor_run({"--gtest_filter=*ToTwoPlusTwo*"})).status.code, 0);
}

}  // namespace
}  // namespace exo_harness::tools
