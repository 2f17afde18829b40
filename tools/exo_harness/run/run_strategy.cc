
#include "exo_harness/core/format.h"
#include "exo_harness/trial/model_trial.h"

#include "run/run_session.h"

namespace exo_harness::tools {
namespace {

trial::StagedNodes staged_nodes(cluster::Cluster& cluster, const std::string& repo) {
  const auto state = cluster.state();
  if (!state) return {};
  return {static_cast<int>(state->nodes.size()), state->nodes_with(repo)};
}

journal::StrategyTried record_of(const trial::ModelResult& result, const std::string& fallback,
                                 const trial::Fitness& fitness) {
  journal::StrategyTried tried;
  tried.model = result.model;
  tried.outcome = to_string(result.outcome());
  if (result.decisive() != nullptr) tried.why = result.decisive()->why;
  tried.fallback = fallback;
  tried.fallback_fit = to_string(fitness.fit);
  tried.as_expected = result.as_expected();
  for (const trial::PlacementResult& one : result.placements) {
    tried.placements.push_back({one.placement, std::string(to_string(one.outcome)), one.why, one.as_expected});
  }
  tried.answer = answer_in_words(result, fallback, fitness.fit, fitness.why);
  return tried;
}

}  // namespace

// Only what is of the fallback: the other tests have run, and a second time would say nothing new.
std::vector<SuiteStep> RunSession::plan_of_model(const std::string& model_id) {
  std::vector<SuiteStep> steps = plan();
  std::erase_if(steps, [&](const SuiteStep& step) {
    return step.tests.empty() || !trial::placement_of(step.tests.front(), model_id);
  });
  return steps;
}

void RunSession::try_strategy() {
  const auto& [model, fallback] = *strategy_;
  runner().look();  // The last diagnosis was written after its test.
  const trial::ModelResult result =
      trial::result_of(tests_.all(), model, staged_nodes(up_.cluster(), model.repo), spec_.placements);
  if (result.outcome() == trial::StrategyOutcome::works) {
    journal_.append(record_of(result, fallback.id, {trial::FallbackFit::not_needed, ""}));
    return;
  }
  // Kept in case the run does not live to the end of the fallback.
  journal_.append(record_of(result, fallback.id, {trial::FallbackFit::unknown, "the run ended before"}));
  view_.note(format("{}: {}; now the cluster itself, with {}", model.id, to_string(result.outcome()), fallback.id));
  select_models({fallback.id});
  const std::vector<SuiteStep> steps = plan_of_model(fallback.id);
  rehearse(steps);
  run_suites(steps);
  runner().look();
  const auto& tests = tests_.all();
  const auto of_fallback =
      trial::result_of(tests, fallback, staged_nodes(up_.cluster(), fallback.repo), spec_.placements);
  if (why_stop().empty()) journal_.append(record_of(result, fallback.id, trial::fitness_of(tests, model, of_fallback)));
}

void RunSession::record_untried(const std::string& why) {
  journal_.append(record_of({strategy_->model.id, {}}, strategy_->fallback.id, {trial::FallbackFit::unknown, why}));
}

}  // namespace exo_harness::tools
