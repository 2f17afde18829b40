#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/exo/chat.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/oracle/right.h"

namespace exo_harness::suites {

/// All prompts of the fixtures. Fails: HarnessError.
const std::vector<model::Prompt>& prompts();

/// The prompt of that id. Fails: HarnessError.
const model::Prompt& prompt(std::string_view id);

/// Whether that prompt is meant for the model.
bool is_meant_for(const model::FixtureModel& model, const std::string& id);
/// Why a test is skipped whose prompt is not.
inline constexpr const char* kOtherPrompts = "its fixture means other prompts for it";
/// Whether any prompt is: such a model reads all that it is told, and has more than one way to go on.
bool is_for_any_prompt(const model::FixtureModel& model);

/// A greedy request of that prompt to that model.
exo::ChatRequest request_of(const model::Prompt& prompt, const std::string& model_id);

/// Asks for an answer that goes on forever, so that limits and stops can cut it.
exo::ChatRequest endless(const std::string& model_id, int max_tokens);

/// What a right answer to the prompt is, as a whole (fixtures/README.md).
///   EXPECT_THAT(answer->content, IsRight(expected_of(prompt)));
oracle::Expected expected_of(const model::Prompt& prompt);

}  // namespace exo_harness::suites
