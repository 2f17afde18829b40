#include "exo_harness/gtest/broken_law.h"

#include <ctime>

#include "exo_harness/oracle/lawful.h"
#include "exo_harness/oracle/marks.h"

#include "known_marks.h"
#include "session.h"

namespace exo_harness::gtest {
namespace {

template <class Answer>
std::optional<Failure> broken(const Answer& answer, const exo::ChatAnswer& text) {
  const auto lawful = oracle::is_lawful(answer, std::time(nullptr));
  if (!lawful) return lawful.failure();
  // The benchmark's endpoint shows what the model said as it is, and counts no usage (contract 8).
  if (!text.usage && text.stats) return std::nullopt;
  const auto clean = oracle::has_no_mark(text, session().marks);
  if (!clean) return clean.failure();
  if (session().marks.empty()) return std::nullopt;  // Random weights say what they like.
  const auto ended = oracle::ends_in_no_mark(text, known_end_marks());
  return ended ? std::nullopt : std::optional(ended.failure());
}

}  // namespace

std::optional<Failure> broken_law(const exo::ChatAnswer& answer) {
  return broken(answer, answer);
}
std::optional<Failure> broken_law(const exo::ChatStream& stream) {
  return broken(stream, stream.answer);
}

}  // namespace exo_harness::gtest
