#include "strategy_reasons.h"

#include <utility>

#include "sanitize.h"

namespace exo_reports {

void add_strategies(const RunRecord& run, std::vector<Reason>& reasons) {
  const auto add = [&](Verdict verdict, std::string subject, std::string_view what) {
    reasons.push_back({verdict, std::move(subject), sanitized_line(what), "", "", "", run.strategy_order});
  };
  for (const auto& tried : run.strategies) {
    const std::string model = "model " + tried.model;
    if (tried.outcome == "not_tried") {
      add(Verdict::inconclusive, model, "was not tried: " + tried.why);
    } else if (tried.outcome == "no_answer") {
      add(Verdict::inconclusive, model, "did not come to an answer: " + tried.why);
    } else if (tried.outcome != "works" && !tried.as_expected) {
      add(Verdict::failed, model, tried.outcome + ": " + tried.why);
    }
    if (tried.fallback_fit == "unfit") add(Verdict::failed, "model " + tried.fallback, "the fallback does not work");
    if (tried.fallback_fit == "unknown") {
      add(Verdict::inconclusive, "model " + tried.fallback, "nothing of the fallback ran");
    }
  }
  const auto asked = run.settings.find("fallback");
  if (run.strategies.empty() && asked != run.settings.end() && !asked->second.empty()) {
    add(Verdict::inconclusive, "strategy", "the run ended before anybody could say whether the model works");
  }
}

}  // namespace exo_reports
