#pragma once

#include <chrono>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/outcome.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/chat.h"
#include "exo_harness/exo/state.h"
#include "exo_harness/gtest/broken_law.h"
#include "exo_harness/gtest/result.h"

namespace exo_harness {

/// GoogleTest shows the bytes of what it cannot print.
template <class T>
void PrintTo(const Outcome<T>& outcome, std::ostream* os) {
  *os << (outcome.ok() ? "a value" : "a failure");
}

}  // namespace exo_harness

namespace exo_harness::gtest {

/// Matches an Outcome that holds a value; of an answer, one that can be true (broken_law.h). A failure gives the test
/// its verdict word.
///   ASSERT_THAT(answer, IsOk());
MATCHER(IsOk, negation ? "holds a failure" : "holds a value") {
  const std::optional<Failure> failure = arg.ok() ? broken_law(*arg) : std::optional<Failure>(arg.failure());
  if (!failure) return true;
  note_failure(*failure);
  *result_listener << "which is " << exo_harness::to_string(*failure);
  return false;
}

/// Matches an Outcome whose failure is of that kind and whose text matches.
///   EXPECT_THAT(reply, FailsWith(FailureKind::refused, HasSubstr("No cycles")));
MATCHER_P2(FailsWith, kind, what,
           std::string(negation ? "does not fail as " : "fails as ") + std::string(exo_harness::to_string(kind)) +
               " with text that " + testing::DescribeMatcher<std::string>(what)) {
  if (arg.ok()) {
    *result_listener << "which succeeded";
    return false;
  }
  *result_listener << "which is " << exo_harness::to_string(arg.failure());
  return arg.failure().kind == kind && testing::ExplainMatchResult(what, arg.failure().what, result_listener);
}

/// Matches an Instance that proves to be of that mode.
///   EXPECT_THAT(placed().instance, HasMode(scenario().mode));
MATCHER_P(HasMode, mode, std::string(negation ? "is not " : "is ") + exo::to_string(mode)) {
  const auto proven = exo::proven_mode(arg);
  *result_listener << "which "
                   << (proven ? "is " + exo::to_string(*proven) : "proves nothing: " + proven.failure().what);
  return proven && *proven == mode;
}

/// Matches a State that shows a whole cluster of that many nodes.
///   EXPECT_THAT(state, IsWhole(2));
MATCHER_P(IsWhole, nodes,
          std::string(negation ? "is not a whole cluster of " : "is a whole cluster of ") +
              testing::PrintToString(nodes) + " nodes") {
  const auto missing = cluster::what_is_missing(arg, nodes);
  if (!missing.empty()) *result_listener << "where this is missing: " << join(missing, "; ");
  return missing.empty();
}

/// Matches a ChatStream that ended as a whole one does: a finish reason, then `[DONE]`.
MATCHER(RunsToItsEnd, negation ? "does not run to its end" : "runs to its end") {
  *result_listener << "which has finish reason `" << arg.answer.finish_reason << "`, " << arg.trace.data_events
                   << " data events and " << (arg.trace.done ? "[DONE]" : "no [DONE]");
  return arg.trace.done && !arg.answer.finish_reason.empty();
}

/// Matches a ChatStream whose first token came no later than `limit` after the request was sent.
///   EXPECT_THAT(*stream, StartsWithin(2s));
MATCHER_P(StartsWithin, limit,
          std::string(negation ? "starts after " : "starts within ") +
              humanize(std::chrono::duration_cast<std::chrono::nanoseconds>(limit))) {
  if (arg.trace.first_token_ns == 0) {
    *result_listener << "which has no token";
    return false;
  }
  const std::chrono::nanoseconds took(arg.trace.first_token_ns - arg.trace.sent_ns);
  *result_listener << "which started after " << humanize(took);
  return took <= limit;
}

}  // namespace exo_harness::gtest
