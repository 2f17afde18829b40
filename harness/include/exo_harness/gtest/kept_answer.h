#pragma once

#include <string>

#include "exo_harness/exo/chat.h"
#include "exo_harness/gtest/scenario.h"

namespace exo_harness::gtest {

/// Records an answer with its log-probabilities, so that `exo-harness gate` compares it with that of another build.
/// `prompt`: an id that stays the same between runs; asked again, the answers are compared with each other, too. The
/// request must be greedy.
void keep_answer(const Scenario& scenario, const std::string& prompt, const exo::ChatAnswer& answer);

}  // namespace exo_harness::gtest
