// Who only looks like one of ours is never touched.
#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/process/marks.h"
#include "exo_harness/process/sweep.h"

#include "stage.h"

namespace exo_leash_test {
namespace {

using namespace exo_harness;
using process::Child;

int decoy_rounds() {
  const char* wanted = std::getenv("EXO_HARNESS_KILLS");
  return wanted != nullptr ? 5 * std::atoi(wanted) : 20;
}

Child start_decoy(const Stage& stage, const std::map<std::string, std::string>& environment) {
  process::CommandOptions options;
  options.command = stage.misbehave("worker");
  options.environment = environment;
  options.working_folder = stage.run();
  return Child::start(options);
}

/// Same program, same arguments, same folder; with nothing, another run's mark, a longer id, the id under another name.
std::vector<Child> start_decoys(const Stage& stage, const std::string& run_id) {
  std::vector<Child> decoys;
  decoys.push_back(start_decoy(stage, {}));
  decoys.push_back(start_decoy(stage, {{process::kRunIdVariable, "another"}}));
  decoys.push_back(start_decoy(stage, {{process::kRunIdVariable, run_id + "0"}}));
  decoys.push_back(start_decoy(stage, {{"OTHER_RUN_ID", run_id}}));
  return decoys;
}

TEST(Decoys, OutliveACleanUp) {
  for (int round = 0; round < decoy_rounds(); ++round) {
    const Stage stage;
    auto options = stage.options(stage.misbehave("setsid"));
    options.grace = milliseconds(20);
    std::vector<Child> decoys = start_decoys(stage, options.run_id);
    process::SupervisedScript supervised = process::SupervisedScript::start(options);
    ASSERT_TRUE(stage.wait_for_registered(9));
    EXPECT_TRUE(supervised.stop().survivors.empty());

    for (Child& decoy : decoys) EXPECT_FALSE(decoy.poll()) << "touched in round " << round;
    EXPECT_EQ(stage.survivors().size(), decoys.size());
  }
}

TEST(Decoys, OutliveASweepBesideALivingRun) {
  const Stage stage;
  std::vector<Child> decoys = start_decoys(stage, "x");
  const Child stub = stage.start_stub(stage.misbehave("daemon"));
  ASSERT_TRUE(stage.wait_for_registered(8));

  const auto result = process::sweep(stage.runs(), milliseconds(50));

  EXPECT_EQ(result.alive.size(), 1u) << "a run that lives is left alone";
  EXPECT_TRUE(result.swept.empty());
  for (Child& decoy : decoys) EXPECT_FALSE(decoy.poll());
}

TEST(Decoys, APidThatWasGivenToAnotherIsNotSignalled) {
  const Stage stage;
  Child stranger = start_decoy(stage, {});
  const auto info = process::find_process(stranger.pid());
  ASSERT_TRUE(info);

  EXPECT_FALSE(process::send_signal({info->id.pid, info->id.start - 1}, SIGKILL));
  EXPECT_FALSE(process::send_signal({1, 0}, SIGKILL));
  EXPECT_FALSE(stranger.poll());
  EXPECT_TRUE(process::send_signal(info->id, SIGKILL));
  EXPECT_EQ(stranger.wait(soon())->signal, SIGKILL);
}

}  // namespace
}  // namespace exo_leash_test
