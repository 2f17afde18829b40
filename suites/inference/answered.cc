#include "answered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/gtest/answer_matchers.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/result.h"
#include "exo_harness/oracle/thinking.h"

namespace exo_harness::suites {
namespace {

constexpr int kMore = 8;

/// One attempt more. False: there is no use in another one.
bool tried(const Ask& ask, const exo::ChatRequest& request, const std::string& as, Answered& so_far) {
  so_far.answer = ask(request);
  so_far.max_tokens = request.max_tokens.value_or(0);
  so_far.how += so_far.how.empty() ? as : "; " + as;
  const auto stopped = so_far.answer ? oracle::stopped_while_thinking(*so_far.answer) : std::nullopt;
  so_far.is_answer = so_far.answer.ok() && !stopped;
  so_far.how += ": " + (stopped         ? *stopped
                        : so_far.answer ? "answered"
                                        : to_string(so_far.answer.failure().kind).data());
  return !stopped;
}

void tell_of_no_answer(const std::string& why) {
  ADD_FAILURE() << why;
  gtest::report_result(Verdict::inconclusive);
}

}  // namespace

Answered answered(const Ask& ask, exo::ChatRequest request) {
  Answered so_far{Failure{FailureKind::timed_out, "not asked", ""}, "", 0, false};
  if (tried(ask, request, "as asked", so_far)) return so_far;
  request.enable_thinking = false;
  if (tried(ask, request, "with enable_thinking false", so_far)) return so_far;
  request.enable_thinking.reset();
  request.max_tokens = kMore * request.max_tokens.value_or(kMore);
  tried(ask, request, format("with {} tokens", *request.max_tokens), so_far);
  return so_far;
}

void expect_right(const exo::ChatAnswer& answer, const oracle::Expected& expected) {
  if (const auto stopped = oracle::stopped_while_thinking(answer)) return tell_of_no_answer(*stopped);
  EXPECT_THAT(answer.content, gtest::IsRight(expected));
}

void expect_right(const Answered& answered, const oracle::Expected& expected) {
  ASSERT_THAT(answered.answer, gtest::IsOk()) << answered.how;
  if (!answered.is_answer) return tell_of_no_answer(answered.how);
  EXPECT_THAT(answered.answer->content, gtest::IsRight(expected)) << answered.how;
  // One that says that it was cut has as many tokens as it may.
  if (answered.max_tokens > 0) {
    EXPECT_THAT(*answered.answer, gtest::HasUsageThatAddsUp(answered.max_tokens));
  }
}

}  // namespace exo_harness::suites
