#pragma once

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace exo_harness::gtest {

/// Takes a test, `Situation.Promise`, into the quick selection (`exo-harness run --quick`). Result: true. Threads: one,
/// before `main`.
bool mark_quick(std::string test);

/// All tests of this program that were marked. Threads: any, from `main` on.
const std::set<std::string>& quick_tests();

}  // namespace exo_harness::gtest

/// A test that belongs to the quick selection, too: the one that sees a kind of fault first, in a few requests. It is
/// written as its namesake of GoogleTest. Of one over placements the selection runs one placement only.
///   QUICK_TEST_P(Answer, ToTwoPlusTwoIsFour) { … }
#define QUICK_TEST_P(situation, promise) EXO_HARNESS_MARK_QUICK(situation, promise) TEST_P(situation, promise)
#define QUICK_TEST_F(situation, promise) EXO_HARNESS_MARK_QUICK(situation, promise) TEST_F(situation, promise)
#define QUICK_TEST(situation, promise) EXO_HARNESS_MARK_QUICK(situation, promise) TEST(situation, promise)

#define EXO_HARNESS_MARK_QUICK(situation, promise)                      \
  [[maybe_unused]] static const bool quick_##situation##_##promise##_ = \
      ::exo_harness::gtest::mark_quick(#situation "." #promise);
