#pragma once

#include <functional>
#include <string>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"
#include "exo_harness/oracle/right.h"

namespace exo_harness::suites {

/// How one asks: `Client::chat` with its deadline.
using Ask = std::function<Outcome<exo::ChatAnswer>(const exo::ChatRequest&)>;

/// An answer, and what it took to get it.
struct Answered {
  Outcome<exo::ChatAnswer> answer;  ///< The last one.
  std::string how;  ///< For people, what was asked and what came: `as asked: 50 of 50 tokens …; enable_thinking false:
                    ///< answered`.
  int max_tokens = 0;      ///< Of the last request; 0: none was given.
  bool is_answer = false;  ///< False: stopped while thinking each time, or a failure.
};

/// Asks, and when the budget ends before the thinking does, asks again: without thinking, then with eight times the
/// tokens. What is stopped while thinking is no wrong answer.
Answered answered(const Ask& ask, exo::ChatRequest request);

/// Expects a right answer (`oracle::is_right`). One that was stopped while thinking is none: then the running test is
/// *inconclusive*, and never a wrong answer.
void expect_right(const exo::ChatAnswer& answer, const oracle::Expected& expected);
/// The same of what was asked for several times, and that it came at all.
void expect_right(const Answered& answered, const oracle::Expected& expected);

}  // namespace exo_harness::suites
