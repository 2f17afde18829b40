#pragma once

#include <functional>
#include <string>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::suites {

/// How one asks: `Client::chat` with its deadline.
using Ask = std::function<Outcome<exo::ChatAnswer>(const exo::ChatRequest&)>;

/// An answer, and what it took to get it.
struct Answered {
  Outcome<exo::ChatAnswer> answer;  ///< The last one.
  std::string how;  ///< For people, what was asked and what came: `as asked: 50 of 50 tokens …; enable_thinking false:
                    ///< answered`.
  bool is_answer = false;  ///< False: stopped while thinking each time, or a failure.
};

/// Asks, and when the budget ends before the thinking does, asks again: without thinking, then with eight times the
/// tokens. What is stopped while thinking is no wrong answer.
Answered answered(const Ask& ask, exo::ChatRequest request);

/// Fails the running test unless there is an answer: as a failure of the cluster, or, when the model only thought, as
/// *inconclusive*.
void expect_an_answer(const Answered& answered);

}  // namespace exo_harness::suites
