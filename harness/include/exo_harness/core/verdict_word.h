#pragma once

#include <string_view>

#include "exo_harness/core/outcome.h"

namespace exo_harness {

/// The verdict that a failure of that kind is worth by itself, as journals spell it: `hang`, `crash`, `lost`,
/// `environment`, `failed`. The one map from kinds to words: tests, phases and commands ask it.
///
/// A word says no more than the kind proves. An empty answer, an error in a 200 or an answer cut short is `failed`,
/// whatever Exo often means by it; who saw a runner die or a node leave says `crash` or `lost`.
std::string_view verdict_word(FailureKind kind);

}  // namespace exo_harness
