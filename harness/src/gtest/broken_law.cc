#include "exo_harness/gtest/broken_law.h"

#include <ctime>

#include "exo_harness/oracle/lawful.h"

namespace exo_harness::gtest {
namespace {

template <class Answer>
std::optional<Failure> broken(const Answer& answer) {
  const auto lawful = oracle::is_lawful(answer, std::time(nullptr));
  return lawful ? std::nullopt : std::optional(lawful.failure());
}

}  // namespace

std::optional<Failure> broken_law(const exo::ChatAnswer& answer) {
  return broken(answer);
}
std::optional<Failure> broken_law(const exo::ChatStream& stream) {
  return broken(stream);
}

}  // namespace exo_harness::gtest
