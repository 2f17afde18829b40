// A node dies or freezes. Source: contract 11.
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/gtest/known_finding.h"
#include "exo_harness/gtest/node_logs.h"

#include "breakable.h"

namespace exo_harness::suites {
namespace {

using cluster::FaultVerb;

constexpr milliseconds kOnItsWay{1500};
constexpr const char* kNoMaster = "who is master is not known: no log of the nodes is within reach (`log_files`)";

class LostNode : public BreakableTest {
 protected:
  // Whether the view of a node that is left moves on, twice: the first time may be its reset. What was on its way when
  // the master died does not count.
  bool is_taken_over(std::size_t lost) {
    const Deadline on_its_way = Deadline::after(kOnItsWay);
    std::optional<std::int64_t> last;
    int moves = 0;
    return time_until("taken_over", limits_.taken_over, [&] {
      const auto index = cluster().client(witness_of(lost)).last_event_index(Deadline::after(milliseconds(2000)));
      if (!index || !on_its_way.expired()) return false;
      if (last && *index != *last) ++moves;
      last = *index;
      return moves >= 2;
    });
  }
};

TEST_P(LostNode, IsNoticedByTheOthersAndWholeAfterItsStart) {
  if (const auto why = why_not({FaultVerb::kill_node, FaultVerb::start_node})) GTEST_SKIP() << *why;
  const auto lost = follower();
  if (!lost) GTEST_SKIP() << (gtest::master_by_logs() ? "no node of the instance is not the master" : kNoMaster);

  ASSERT_TRUE(broke(FaultVerb::kill_node, *lost));
  ASSERT_TRUE(is_noticed(*lost)) << not_noticed();
  expect_instance_deleted(witness_of(*lost));

  ASSERT_TRUE(broke(FaultVerb::start_node, *lost));
  expect_recovery();
}

TEST_P(LostNode, ThatFreezesIsNoticedAndWholeOnceItThaws) {
  if (const auto why = why_not({FaultVerb::stop_node, FaultVerb::cont_node})) GTEST_SKIP() << *why;
  const auto lost = follower();
  if (!lost) GTEST_SKIP() << (gtest::master_by_logs() ? "no node of the instance is not the master" : kNoMaster);

  ASSERT_TRUE(broke(FaultVerb::stop_node, *lost));
  ASSERT_TRUE(is_noticed(*lost)) << not_noticed();

  ASSERT_TRUE(broke(FaultVerb::cont_node, *lost));
  expect_recovery();
}

// Who is master no API tells. Where no log does either, each node is killed in turn: one of them is it.
TEST_P(LostNode, ThatWasMasterIsReplaced) {
  if (const auto why = why_not({FaultVerb::kill_node, FaultVerb::start_node})) GTEST_SKIP() << *why;
  if (cluster().nodes().size() < 2) GTEST_SKIP() << "needs 2 nodes, cluster has 1";
  const auto known = gtest::master_by_logs();
  const std::size_t first = known.value_or(0), last = known.value_or(cluster().nodes().size() - 1);
  std::string not_replaced;
  for (std::size_t lost = first; lost <= last; ++lost) {
    ASSERT_TRUE(broke(FaultVerb::kill_node, lost));
    if (!is_taken_over(lost)) not_replaced += format("node {} ", lost + 1);
    ASSERT_TRUE(broke(FaultVerb::start_node, lost));
    expect_recovery();
  }
  gtest::expect_unless_known("lost-master-is-not-replaced", not_replaced.empty(),
                             format("after {}was killed nobody took over: the state of the others stood still for {}",
                                    not_replaced, humanize(within(limits_.taken_over))));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, LostNode, testing::ValuesIn(breakable_scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites
