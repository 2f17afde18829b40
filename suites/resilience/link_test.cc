// A cable is pulled, or slow. Source: contract 11.
#include <gtest/gtest.h>

#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/matchers.h"

#include "breakable.h"

namespace exo_harness::suites {
namespace {

using cluster::FaultVerb;

class Link : public BreakableTest {
 protected:
  std::size_t far_end() { return follower().value_or(cluster().nodes().size() - 1); }
};

TEST_P(Link, ThatIsCutIsNoticedAndWholeOnceItIsHealed) {
  if (const auto why = why_not({FaultVerb::cut_link, FaultVerb::heal_link})) GTEST_SKIP() << *why;
  if (cluster().nodes().size() < 2) GTEST_SKIP() << "needs 2 nodes, cluster has 1";
  const std::size_t lost = far_end();

  ASSERT_TRUE(broke(FaultVerb::cut_link, lost));
  ASSERT_TRUE(is_noticed(lost)) << not_noticed();
  expect_instance_deleted(witness_of(lost));

  ASSERT_TRUE(broke(FaultVerb::heal_link, lost));
  expect_recovery();
}

// Exo takes a lost node out of the state first, and its instances ten seconds later (contract 11).
TEST_P(Link, ThatIsHealedBeforeItsInstanceIsDeletedLeavesNoStuckInstance) {
  if (const auto why = why_not({FaultVerb::cut_link, FaultVerb::heal_link})) GTEST_SKIP() << *why;
  if (cluster().nodes().size() < 2) GTEST_SKIP() << "needs 2 nodes, cluster has 1";
  const std::size_t lost = far_end();
  ASSERT_TRUE(broke(FaultVerb::cut_link, lost));
  ASSERT_TRUE(is_noticed(lost)) << not_noticed();

  ASSERT_TRUE(broke(FaultVerb::heal_link, lost));
  expect_whole();
  if (HasFailure()) return;

  // Where it is deleted before the node is back, nothing gets stuck: a pass is none against the finding.
  if (const auto stuck = why_not_usable())
    gtest::expect_unless_known("link-back-in-time-leaves-a-stuck-instance", false, to_string(*stuck));
  expect_nothing_stale();
}

TEST_P(Link, ThatIsSlowCostsTimeAndChangesNoAnswer) {
  if (const auto why = why_not({FaultVerb::slow_link, FaultVerb::heal_link})) GTEST_SKIP() << *why;
  const auto before = client().chat(ask("Say something long", 16), Deadline::after(cluster().spec().limits.generate));
  ASSERT_THAT(before, gtest::IsOk());

  const std::size_t slowed = cluster().nodes().size() - 1;
  ASSERT_TRUE(broke(FaultVerb::slow_link, slowed, milliseconds(20)));
  const auto slow = client().chat(ask("Say something long", 16), Deadline::after(cluster().spec().limits.generate));

  ASSERT_THAT(slow, gtest::IsOk());
  EXPECT_EQ(slow->content, before->content);
  // We look at the node through that link, too.
  ASSERT_TRUE(broke(FaultVerb::heal_link, slowed));
  expect_nothing_stale();
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Link, testing::ValuesIn(breakable_scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites
