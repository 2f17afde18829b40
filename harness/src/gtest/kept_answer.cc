#include "exo_harness/gtest/kept_answer.h"

#include "session.h"

namespace exo_harness::gtest {

void keep_answer(const Scenario& scenario, const std::string& prompt, const exo::ChatAnswer& answer) {
  Session& s = session();
  journal::AnswerKept kept;
  kept.suite = s.suite;
  kept.test = s.test.name;
  kept.model = scenario.model.id;
  kept.placement = exo::short_name(scenario.mode);
  kept.prompt = prompt;
  kept.text = answer.content.empty() ? answer.reasoning : answer.content;
  kept.finish_reason = answer.finish_reason;
  if (answer.usage) kept.prompt_tokens = answer.usage->prompt_tokens;
  for (const exo::TokenLogprob& row : answer.logprobs) {
    journal::AnswerToken token{row.token, row.logprob, {}, {}};
    for (const exo::Candidate& candidate : row.top) {
      token.top.push_back(candidate.token);
      token.top_logprobs.push_back(candidate.logprob);
    }
    kept.tokens.push_back(std::move(token));
  }
  s.journal().append(kept);
}

}  // namespace exo_harness::gtest
