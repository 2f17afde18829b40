// What must not work fails in the way that its fixture expects, promptly, and leaves the cluster usable.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/deadline.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/cause/expectation.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/prediction.h"
#include "exo_harness/gtest/result.h"

#include "expected_failures.h"

namespace exo_harness::suites {
namespace {

using diagnose::Judgement;
using namespace std::chrono_literals;

class ExpectedFailure : public gtest::ScenarioTest {
 protected:
  // Whether another model still answers on one node.
  bool control_answers() {
    const auto control = cluster().place(control_of(scenario()).repo, exo::Mode{});
    if (!control) return false;
    exo::ChatRequest request;
    request.model = control->instance.model_id;
    request.messages = {{"user", "What is 2+2?"}};
    request.max_tokens = 4;
    const auto answer = cluster().client().chat(request.greedy(), Deadline::after(30s));
    return cluster().remove(control->instance.id).ok() && answer.ok();
  }

  diagnose::Observed observe() {
    const model::Prediction prediction = gtest::prediction_of(scenario());
    const diagnose::Observed seen = look();
    const bool applies = prediction.predicted != model::Expectation::Kind::unknown;
    if (applies) gtest::record_prediction(scenario(), prediction, seen.worked ? "" : first_said(seen));
    return seen;
  }

  static std::string first_said(const diagnose::Observed& seen) {
    return std::string(first_line(seen.texts.empty() ? "it failed without a text" : std::string_view(seen.texts)));
  }

  diagnose::Observed look() {
    diagnose::Observed seen;
    seen.generation = exo::to_string(cluster().generation());
    seen.today = utc_today();
    const auto placed = cluster().place(scenario().model.repo, scenario().mode);
    seen.worked = placed.ok();
    if (placed) {
      const auto phases = scenario().model.expectation(scenario().mode).phases;
      if (std::count(phases.begin(), phases.end(), Phase::first_token) > 0) ask_for_a_token(placed->instance.id, seen);
      seen.control_answered = cluster().remove(placed->instance.id).ok() && (seen.worked || control_answers());
      return seen;
    }
    note(placed.failure(), cluster().last_placement().failed_phase, seen);
    for (const auto& runner : cluster().last_placement().runner_failures) seen.texts += "\n" + runner.text;
    seen.control_answered = control_answers();
    return seen;
  }

  // What is expected of a request shows only when one is made.
  void ask_for_a_token(const std::string& instance_id, diagnose::Observed& seen) {
    const std::size_t failures_before = cluster().watcher().failed_runners().size();
    exo::ChatRequest request;
    request.model = scenario().model.repo;
    request.messages = {{"user", "Hello"}};
    request.max_tokens = 4;
    exo::ChatStream stream;
    cluster().watcher().hurry();
    const auto deadline = Deadline::after(cluster().spec().limits.first_token);
    const auto answer = cluster().client().stream_chat(request.greedy(), deadline, {}, &stream);
    if (answer) return;
    seen.worked = false;
    note(answer.failure(), stream.trace.first_token_ns == 0 ? Phase::first_token : Phase::generate, seen);
    // The request ends before the state says that its runner died.
    const auto died = [&] { return cluster().watcher().failed_runners().size() > failures_before; };
    wait_until(Deadline::after(cluster().spec().limits.connect), milliseconds(50), died);
    const auto failed = cluster().watcher().failed_runners();
    for (std::size_t i = failures_before; i < failed.size(); ++i) note_death(failed[i].text, seen);
    if (failed.size() > failures_before) return;
    for (const exo::RunnerFailure& missed : cluster().look_back(instance_id)) note_death(missed.text, seen);
  }

  // Exo may leave a request without an answer whose runner died: the death is what was expected.
  static void note_death(const std::string& text, diagnose::Observed& seen) {
    seen.diagnosis.verdict = Verdict::failed;
    seen.texts += "\n" + text;
  }

  static void note(const Failure& failure, std::optional<Phase> phase, diagnose::Observed& seen) {
    const bool hang = verdict_of(failure.kind) == Verdict::hang;
    seen.diagnosis.verdict = hang ? Verdict::hang : Verdict::failed;
    seen.diagnosis.phase = phase;
    seen.diagnosis.cause = failure.what;
    seen.texts = to_string(failure);
  }
};

Verdict verdict_of(Judgement::Kind kind) {
  switch (kind) {
    case Judgement::Kind::failed_as_expected:
      return Verdict::expected_failure;
    case Judgement::Kind::unexpected_pass:
      return Verdict::unexpected_pass;
    case Judgement::Kind::hung:
      return Verdict::hang;
    default:
      return Verdict::failed;
  }
}

TEST_P(ExpectedFailure, ComesAsExpectedAndLeavesTheClusterUsable) {
  const model::Expectation expected = scenario().model.expectation(scenario().mode);

  const diagnose::Observed seen = observe();
  const Judgement judgement = diagnose::judge(
      {expected.phases, expected.signature, expected.reason, expected.versions, expected.expires}, seen);

  if (judgement.kind == Judgement::Kind::not_for_this) GTEST_SKIP() << judgement.why;
  const bool good = judgement.kind == Judgement::Kind::failed_as_expected;
  EXPECT_TRUE(good) << judgement.why << "\n" << seen.texts;
  gtest::report_result(verdict_of(judgement.kind), good ? expected.signature : judgement.why);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, ExpectedFailure, testing::ValuesIn(expected_failures()), gtest::scenario_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ExpectedFailure);

}  // namespace
}  // namespace exo_harness::suites
