#include "run/strategy_choice.h"

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {

std::optional<StrategyChoice> choose_strategy(const RunOptions& options, const cluster::ClusterSpec& spec) {
  if (!options.fallback) return std::nullopt;
  if (!options.shard.empty()) {
    throw UsageError("--fallback with --shard: a part of the tests cannot say whether a model works",
                     "leave one of them out");
  }
  if (spec.models.size() != 1) {
    throw UsageError(format("--fallback needs one model to try, {} are chosen", spec.models.size()),
                     "name it: --model NAME");
  }
  const auto models = model::load_fixture_models(model::fixtures_folder() / "models");
  const model::FixtureModel& model = model::find_fixture_model(models, spec.models.front());
  const std::string& name = options.fallback->empty() ? model.fallback : *options.fallback;
  if (name.empty()) {
    throw UsageError(format("the fixture of {} names no fallback", model.id), "name one: --fallback NAME");
  }
  const model::FixtureModel& fallback = model::find_fixture_model(models, name);
  if (!fallback.unreadable.empty()) throw UsageError(fallback.unreadable, "mend the fixture file");
  if (fallback.id == model.id) {
    throw UsageError(format("--fallback {}: that is the model to try", name), "name another one");
  }
  return StrategyChoice{model, fallback};
}

}  // namespace exo_harness::tools
