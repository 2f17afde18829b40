#include "prompts.h"

#include <algorithm>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness::suites {
const std::vector<model::Prompt>& prompts() {
  static const std::vector<model::Prompt> all = model::load_prompts(model::fixtures_folder() / "prompts");
  return all;
}

const model::Prompt& prompt(std::string_view id) {
  const auto& all = prompts();
  const auto found = std::find_if(all.begin(), all.end(), [&](const model::Prompt& p) { return p.id == id; });
  if (found == all.end()) throw HarnessError(format("no prompt is called {}", id), "add it to fixtures/prompts");
  return *found;
}

bool is_for_any_prompt(const model::FixtureModel& model) {
  return model.prompts.empty();
}

bool is_meant_for(const model::FixtureModel& model, const std::string& id) {
  return is_for_any_prompt(model) || std::find(model.prompts.begin(), model.prompts.end(), id) != model.prompts.end();
}

exo::ChatRequest request_of(const model::Prompt& prompt, const std::string& model_id) {
  exo::ChatRequest request;
  request.model = model_id;
  for (const auto& [role, content] : prompt.messages) request.messages.push_back({role, content});
  request.max_tokens = prompt.max_tokens;
  request.stop = prompt.stop;
  return request.greedy();
}

exo::ChatRequest endless(const std::string& model_id, int max_tokens) {
  exo::ChatRequest request;
  request.model = model_id;
  request.messages = {{"user", "Tell me a very long story about a river."}};
  request.max_tokens = max_tokens;
  request.enable_thinking = false;  // a thought has an end of its own, and none of the text that is cut
  return request.greedy();
}

oracle::Expected expected_of(const model::Prompt& prompt) {
  return {prompt.expect_any, prompt.messages.back().second, prompt.at_most_words, {}};
}

}  // namespace exo_harness::suites
