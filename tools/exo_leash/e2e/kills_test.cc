// Whoever is killed at whatever moment: nothing that was started stays.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/run_record.h"
#include "exo_harness/process/sweep.h"

#include "stage.h"

namespace exo_leash_test {
namespace {

using namespace exo_harness;
using process::Child;
using testing::IsEmpty;

constexpr milliseconds kGrace{100}, kLatestKill{300};
constexpr const char* kStyles[] = {"foreground", "background",          "setsid", "daemon", "respawn",
                                   "scrubbed",   "scrubbed_keeps_files"};

/// Rounds a style: EXO_HARNESS_KILLS, or a tenth of the full number.
int rounds(int full) {
  const char* wanted = std::getenv("EXO_HARNESS_KILLS");
  return wanted != nullptr ? std::atoi(wanted) : full / 10;
}

/// Moments between 0 and kLatestKill, the same ones in every run.
milliseconds random_moment() {
  static std::mt19937 source(20251125);
  return milliseconds(std::uniform_int_distribution<long>(0, kLatestKill.count())(source));
}

void wait_for(milliseconds time) {
  const Deadline moment = Deadline::after(time);
  wait_until(moment, time, [&] { return moment.expired(); });
}

/// Some kills come at once upon what the supervisor has just done, all others at random moments.
void wait_for_the_moment(const Stage& stage, int round) {
  const auto until = [](const auto& seen) { wait_until(soon(), milliseconds(1), seen); };
  const auto noted = [&](const char* event) {
    return std::filesystem::exists(stage.run() / "leash.jsonl") && !stage.supervisor_log(event).empty();
  };
  switch (round % 10) {
    case 0:
      return until([&] { return std::filesystem::exists(stage.run() / process::kRunRecordFile); });
    case 1:
      return until([&] { return noted("\"started\""); });
    case 2:
      return until([&] { return stage.registered() > 0; });
    case 3:
      return until([&] { return std::filesystem::exists(stage.run() / "stub.pids"); });
    default:
      return wait_for(random_moment());
  }
}

/// A start script style under a harness that is killed.
class Killed : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Style, Killed, testing::ValuesIn(kStyles), [](const auto& info) { return info.param; });

// What the supervisor says of its clean-up; 0 when there was nothing to clean up.
long took_ms(const Stage& stage) {
  const std::string_view before = "\"took_ms\":";
  if (!std::filesystem::exists(stage.run() / "leash.jsonl")) return 0;
  for (const std::string& line : stage.supervisor_log("\"cleanup\"")) {
    return std::atol(line.c_str() + line.find(before) + before.size());
  }
  return 0;
}

void expect_all_gone(const Stage& stage, int round) {
  ASSERT_TRUE(stage.all_gone(Deadline::after(kGrace + std::chrono::seconds(10)))) << "round " << round << "\n"
                                                                                  << stage.left_behind();
}

// A harness over a start script of that style is killed at a moment of its own, and then nothing of both is left.
void kill_harness(const Stage& stage, const char* style, int round) {
  const Child stub = stage.start_stub(stage.misbehave(style), kGrace);
  wait_for_the_moment(stage, round);
  ::kill(stub.pid(), SIGKILL);
  expect_all_gone(stage, round);
}

TEST_P(Killed, HarnessLeavesNothing) {
  long slowest = 0;
  for (int round = 0; round < rounds(200); ++round) {
    const Stage stage;
    ASSERT_NO_FATAL_FAILURE(kill_harness(stage, GetParam(), round));
    ASSERT_THAT(stage.survivors(), IsEmpty());
    slowest = std::max(slowest, took_ms(stage));
  }
  std::printf("slowest clean-up: %ld ms, of which the grace is %ld\n", slowest, static_cast<long>(kGrace.count()));
}

// Whoever looks at one process after the other never sees this family whole: a member that was there when the table was
// listed is gone when its turn comes, and the next one was not there yet.
TEST(Restless, HarnessLeavesNothingOfAFamilyOnTheMove) {
  for (int round = 0; round < rounds(200); ++round) {
    const Stage stage;
    const Child stub = stage.start_stub(stage.misbehave("restless", 400), kGrace);
    ASSERT_TRUE(stage.wait_for_registered(1));
    ::kill(stub.pid(), SIGKILL);

    ASSERT_NO_FATAL_FAILURE(expect_all_gone(stage, round));
  }
}

// From the kill to the last word of the supervisor, in milliseconds.
std::int64_t clean_up_of_twenty() {
  const Stage stage;
  const Child stub = stage.start_stub(stage.misbehave("many_workers", 20), std::chrono::seconds(20));
  EXPECT_TRUE(stage.wait_for_registered(21));
  const std::int64_t killed_ns = monotonic_ns();
  ::kill(stub.pid(), SIGKILL);
  EXPECT_TRUE(stage.all_gone(soon())) << stage.left_behind();
  const auto ended = stage.supervisor_log("\"cleanup\"");
  EXPECT_THAT(ended, testing::ElementsAre(testing::HasSubstr("\"targets\":21,\"terminated\":21,\"killed\":0")));
  return ended.empty() ? 0 : (std::atoll(ended.front().c_str() + std::strlen("{\"t_ns\":")) - killed_ns) / 1'000'000;
}

// A measurement: what is promised is 250 ms where the supervisor gets a processor when it wants one.
TEST(CleanUp, OfTwentyProcessesIsQuick) {
  std::vector<std::int64_t> took;
  for (int round = 0; round < rounds(50); ++round) took.push_back(clean_up_of_twenty());
  std::sort(took.begin(), took.end());
  std::printf("ms: least %ld, median %ld, most %ld of %zu\n", static_cast<long>(took.front()),
              static_cast<long>(took[took.size() / 2]), static_cast<long>(took.back()), took.size());
  EXPECT_LE(took[took.size() / 2], 1000);
}

pid_t supervisor_of(const Stage& stage) {
  std::string pids;
  wait_until(soon(), milliseconds(2), [&] {
    if (!std::filesystem::exists(stage.run() / "stub.pids")) return false;
    pids = read_file(stage.run() / "stub.pids");
    return true;
  });
  return std::atoi(pids.substr(pids.find(' ') + 1).c_str());
}

bool has_ended(pid_t pid) {
  const auto info = process::find_process(pid);
  return !info || info->state == 'Z';
}

TEST_P(Killed, SupervisorLeavesNothing) {
  for (int round = 0; round < rounds(40); ++round) {
    const Stage stage;
    Child stub = stage.start_stub(stage.misbehave(GetParam()), kGrace);
    const pid_t supervisor = supervisor_of(stage);
    ASSERT_GT(supervisor, 1);
    wait_for(random_moment() / 3);
    ::kill(supervisor, SIGKILL);

    const auto status = stub.wait(soon());
    ASSERT_TRUE(status);
    EXPECT_EQ(status->code, 1) << "a lost supervisor must not look like success";
    ASSERT_TRUE(stage.all_gone(soon())) << "round " << round << "\n" << stage.left_behind();
  }
}

std::vector<std::string> unsuspected(const Stage& stage, const process::SweepResult& result) {
  std::vector<std::string> left;
  for (const std::string& survivor : stage.survivors()) {
    const bool listed = std::any_of(result.suspects.begin(), result.suspects.end(), [&](const auto& suspect) {
      return survivor.starts_with(std::to_string(suspect.id.pid) + " ");
    });
    if (!listed) left.push_back(survivor);
  }
  return left;
}

TEST_P(Killed, BothTogetherAreSweptAtTheNextStart) {
  const bool unmarked = GetParam() == std::string("scrubbed");
  for (int round = 0; round < rounds(40); ++round) {
    const Stage stage;
    Child stub = stage.start_stub(stage.misbehave(GetParam()), kGrace);
    const pid_t supervisor = supervisor_of(stage);
    ASSERT_TRUE(stage.wait_for_registered(2));
    ::kill(supervisor, SIGSTOP);  // So that neither sees the other die.
    ::kill(stub.pid(), SIGKILL);
    ::kill(supervisor, SIGKILL);
    ASSERT_TRUE(wait_until(soon(), milliseconds(2), [&] { return has_ended(supervisor) && has_ended(stub.pid()); }));

    const auto result = process::sweep(stage.runs(), milliseconds(50));

    EXPECT_THAT(unsuspected(stage, result), IsEmpty()) << "round " << round;
    ASSERT_TRUE(unmarked || stage.survivors().empty()) << "round " << round << "\n" << stage.left_behind();
  }
}

/// As on a Mac: orphans go to the first process of the machine, and to none of our processes.
class WithoutAdoption : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { ::setenv("EXO_STUB_ADOPTS_NOBODY", "1", 1); }
  void TearDown() override { ::unsetenv("EXO_STUB_ADOPTS_NOBODY"); }
};

// Not the styles that shed their marks and their parent faster than the supervisor looks: they are lost there.
INSTANTIATE_TEST_SUITE_P(Style, WithoutAdoption,
                         testing::Values("foreground", "background", "setsid", "daemon", "scrubbed_keeps_files"),
                         [](const auto& info) { return info.param; });

TEST_P(WithoutAdoption, ADeadHarnessLeavesNothing) {
  for (int round = 0; round < rounds(40); ++round) {
    const Stage stage;
    ASSERT_NO_FATAL_FAILURE(kill_harness(stage, GetParam(), round));
  }
}

/// A worker without any mark, which the supervisor has seen as a child of its family.
class SeenOnly : public WithoutAdoption {
 protected:
  void begin() {
    stub_.emplace(stage_.start_stub(stage_.misbehave("scrubbed_at_home"), kGrace));
    supervisor_ = supervisor_of(stage_);
    ASSERT_TRUE(stage_.wait_for_registered(2));
    ASSERT_TRUE(wait_until(soon(), milliseconds(5), [&] {
      const auto record = process::read_run_record(stage_.run());
      return record && record->lineage.size() >= 2;
    }));
  }

  const Stage stage_;
  std::optional<Child> stub_;
  pid_t supervisor_ = 0;
};

TEST_F(SeenOnly, IsEndedByTheHarnessOfADeadSupervisor) {
  begin();
  ::kill(supervisor_, SIGKILL);

  ASSERT_TRUE(stub_->wait(soon()));
  EXPECT_TRUE(stage_.all_gone(soon())) << stage_.left_behind();
}

TEST_F(SeenOnly, IsSweptWhenBothAreDead) {
  begin();
  ::kill(supervisor_, SIGSTOP);
  ::kill(stub_->pid(), SIGKILL);
  ::kill(supervisor_, SIGKILL);
  ASSERT_TRUE(wait_until(soon(), milliseconds(2), [&] { return has_ended(supervisor_) && has_ended(stub_->pid()); }));

  process::sweep(stage_.runs(), milliseconds(50));

  EXPECT_THAT(stage_.survivors(), IsEmpty());
}

}  // namespace
}  // namespace exo_leash_test
