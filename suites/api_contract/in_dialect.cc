#include "in_dialect.h"

#include <set>

#include <gtest/gtest.h>

#include "exo_harness/gtest/known_finding.h"

namespace exo_harness::suites {

Outcome<exo::ChatAnswer> InDialect::in_chat(const exo::ChatRequest& request) {
  const auto answer = client().chat(request, Deadline::after(cluster().spec().limits.generate));
  if (!answer) return answer.failure();
  exo::ChatAnswer joined = *answer;
  exo::join_calls(joined);
  return joined;
}

Outcome<exo::DialectAnswer> InDialect::asked(const exo::ChatRequest& request, bool stream) {
  auto answer = exo::ask_in(client(), dialect_, request, stream, Deadline::after(cluster().spec().limits.generate));
  last_ = answer ? *answer : exo::DialectAnswer{};
  return answer;
}

Outcome<exo::ChatAnswer> InDialect::whole(const exo::ChatRequest& request) {
  auto answer = asked(request, false);
  if (!answer) return answer.failure();
  const auto& usage = answer->said.answer.usage;
  prompt_tokens_ = usage ? usage->prompt_tokens : 0;
  return std::move(answer->said.answer);
}

Outcome<exo::ChatStream> InDialect::streamed(const exo::ChatRequest& request) {
  auto answer = asked(request, true);
  if (!answer) return answer.failure();
  auto& usage = answer->said.answer.usage;
  if (usage && !answer->counts_prompt) {
    usage->prompt_tokens = prompt_tokens_;
    usage->total_tokens = prompt_tokens_ + usage->completion_tokens;
  }
  return std::move(answer->said);
}

void expect_unless(const char* finding_id, bool holds, bool is_as_found, const std::string& seen) {
  if (testing::Test::HasFailure()) return;
  if (finding_id != nullptr && (holds || is_as_found)) return gtest::expect_unless_known(finding_id, holds, seen);
  EXPECT_TRUE(holds) << seen;
}

const char* finding_of(exo::Dialect dialect, const char* ollama, const char* claude, const char* responses) {
  return dialect == exo::Dialect::ollama ? ollama : dialect == exo::Dialect::claude ? claude : responses;
}

std::vector<gtest::Scenario> one_per_model(const gtest::ScenarioFilter& filter) {
  std::set<std::string> taken;
  return gtest::scenarios([&](const gtest::Scenario& scenario) {
    return (!filter || filter(scenario)) && taken.insert(scenario.model.id).second;
  });
}

}  // namespace exo_harness::suites
