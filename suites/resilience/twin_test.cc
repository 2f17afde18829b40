// A node is started a second time while it runs. Source: contract 13 (a second start with the same home).
#include <algorithm>

#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/result.h"

#include "breakable.h"

namespace exo_harness::suites {
namespace {

using cluster::FaultVerb;

// The first one has its port and its home. The second one ends, or is one node more until it is ended.
constexpr milliseconds kBesideEachOther{20000};

// The line `pid NUMBER …` of what a command of [faults] wrote; empty: there is none.
std::string line_of_pid(const std::string& written) {
  for (const std::string_view line : lines(written)) {
    if (line.substr(0, 4) == "pid " && line.find_first_of("123456789") == 4) return std::string(trim(line));
  }
  return "";
}

std::string pid_in(const std::string& written) {
  const std::string line = line_of_pid(written);
  return line.substr(0, line.find_first_not_of("0123456789", 4));
}

class TwinNode : public BreakableTest {
 protected:
  /// What was seen while both were there.
  struct Seen {
    std::size_t nodes = 0;  ///< The most that a view showed.
    int answers = 0;
    std::string unanswered;  ///< The first request without its answer.
    bool lost = false;       ///< The instance was not there any more.
  };

  Seen look_at_both(const std::string& wanted) {
    Seen seen;
    wait_until(Deadline::after(lasting(kBesideEachOther)), milliseconds(300), [&] {
      if (const auto state = cluster().state()) {
        seen.nodes = std::max(seen.nodes, state->nodes.size());
        seen.lost = seen.lost || state->instances.count(placed().instance.id) == 0;
      }
      const auto answer = client().chat(ask("Hello", 8), Deadline::after(cluster().spec().limits.generate));
      if (answer && answer->content == wanted) ++seen.answers;
      if (!answer) seen.unanswered = to_string(answer.failure());
      if (answer && answer->content != wanted) seen.unanswered = "another answer: " + answer->content;
      return !seen.unanswered.empty() || seen.lost;
    });
    return seen;
  }
};

TEST_P(TwinNode, TakesNothingFromTheFirstOne) {
  if (const auto why = why_not({FaultVerb::twin_node, FaultVerb::end_twin})) GTEST_SKIP() << *why;
  const std::size_t node = follower().value_or(cluster().nodes().size() - 1);
  const auto before = client().chat(ask("Hello", 8), Deadline::after(cluster().spec().limits.generate));
  ASSERT_THAT(before, gtest::IsOk());

  ASSERT_TRUE(broke(FaultVerb::twin_node, node));
  const std::string twin = pid_in(written());
  if (twin.empty()) {
    gtest::report_result(Verdict::environment);
    FAIL()
        << "nothing seen of a second process: `twin-node` of [faults] wrote no line `pid NUMBER` of the process that "
           "it started, but \""
        << shorten(printable(written()), 200) << "\" (fixtures/README.md)";
  }
  const Seen seen = look_at_both(before->content);
  RecordProperty("most_nodes", std::to_string(seen.nodes));
  RecordProperty("answers_beside", std::to_string(seen.answers));
  EXPECT_EQ(seen.unanswered, "") << "while a second process of node " << node + 1 << " ran";
  EXPECT_FALSE(seen.lost) << "its instance went away";

  ASSERT_TRUE(broke(FaultVerb::end_twin, node));
  RecordProperty("second_process", shorten(printable(line_of_pid(written())), 200));
  EXPECT_EQ(pid_in(written()), twin) << "`end-twin` of [faults] does not say what came of the second process";
  EXPECT_TRUE(time_until("alone", witness_of(node), limits_.noticed, [&](const exo::State& state) {
    return state.nodes.size() == cluster().nodes().size();
  })) << "the second process still is a node";
  expect_recovery();
}

INSTANTIATE_TEST_SUITE_P(Scenarios, TwinNode, testing::ValuesIn(breakable_scenarios()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites
