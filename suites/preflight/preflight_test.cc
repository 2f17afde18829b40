// Is what the cluster shows of itself fit for what comes? A thing that is not fit is no failure of Exo: verdict
// `environment`.
#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/text.h"
#include "exo_harness/doctor/doctor.h"
#include "exo_harness/exo/version.h"
#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/gtest/result.h"
#include "exo_harness/gtest/run.h"

namespace exo_harness::gtest {
namespace {

using namespace std::chrono_literals;
using doctor::Check;

class Preflight : public ClusterTest {
 protected:
  void SetUp() override {
    ClusterTest::SetUp();
    const auto state = cluster().state();
    ASSERT_THAT(state, IsOk());
    checks_ = doctor::check_state(*state, {cluster().spec().nodes, true, 0, utc_now()});
  }

  // Fails as `environment` when a check of one of these ids is bad; skips when there is none.
  void expect_good(const std::set<std::string>& ids) {
    int seen = 0;
    for (const Check& check : checks_) {
      if (!ids.contains(check.id)) continue;
      ++seen;
      if (check.status != Check::Status::bad) continue;
      ADD_FAILURE() << check.node << ": " << check.seen << "; needed: " << check.needed << "\nfix: " << check.fix
                    << "\nprevents: " << check.prevents;
      report_result(Verdict::environment);
    }
    if (seen == 0) GTEST_SKIP() << "the cluster says nothing of " << *ids.begin();
  }

  // JACCL is a wish: a cluster that cannot do it is skipped with the reason, and its ring is tested.
  void expect_good_for_jaccl(const std::set<std::string>& ids) {
    const std::string reason = doctor::why_no_jaccl(checks_);
    if (!reason.empty()) GTEST_SKIP() << reason;
    expect_good(ids);
  }

  std::vector<Check> checks_;
};

QUICK_TEST_F(Preflight, NoForeignNodeAndNoneMissing) {
  expect_good({"node-count"});
}

QUICK_TEST_F(Preflight, EveryNodeReachesEveryOther) {
  if (cluster().nodes().size() < 2) GTEST_SKIP() << "one node has nobody to reach";
  expect_good({"socket-edges"});
}

QUICK_TEST_F(Preflight, MemoryIsKnown) {
  expect_good({"memory-known"});
}

QUICK_TEST_F(Preflight, ClocksAgree) {
  expect_good({"clock"});
}

TEST_F(Preflight, NoLoopOfThunderboltBridges) {
  const bool loop =
      std::any_of(checks_.begin(), checks_.end(), [](const Check& check) { return check.id == "bridge-loop"; });
  if (loop) expect_good({"bridge-loop"});
}

QUICK_TEST_F(Preflight, AllNodesSpeakTheSameGeneration) {
  const auto first = cluster().client(0).version(Deadline::after(10s));
  // What a node is, nobody owes: an answer that is late says nothing of the versions.
  if (!first) GTEST_SKIP() << "not known: " << to_string(first.failure());
  for (std::size_t i = 1; i < cluster().nodes().size(); ++i) {
    const auto version = cluster().client(i).version(Deadline::after(10s));
    if (!version) GTEST_SKIP() << "not known: " << to_string(version.failure());
    const bool is_the_same =
        !exo::are_apart(version->range(), first->range()) && version->generation() == first->generation();
    if (is_the_same) continue;
    ADD_FAILURE() << cluster().nodes()[i].api << " is " << to_string(*version) << ", the first node "
                  << to_string(*first) << "\nfix: bring all nodes to one version of Exo";
    report_result(Verdict::environment);
  }
}

TEST_F(Preflight, DiskHasRoom) {
  for (const Check& check : doctor::check_machine(doctor::gather_machine(52415), true)) {
    EXPECT_NE(check.status, Check::Status::bad) << check.id << ": " << check.seen << "\nfix: " << check.fix;
    if (check.status == Check::Status::bad) report_result(Verdict::environment);
  }
}

TEST_F(Preflight, RdmaIsOnAndCabled) {
  expect_good_for_jaccl({"rdma-enabled", "rdma-mesh", "rdma-mirrored"});
}

TEST_F(Preflight, LinksAreThunderbolt5) {
  expect_good_for_jaccl({"thunderbolt-5", "link-speed"});
}

TEST_F(Preflight, SystemBuildsAreEqual) {
  expect_good_for_jaccl({"builds-equal"});
}

}  // namespace
}  // namespace exo_harness::gtest

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}
