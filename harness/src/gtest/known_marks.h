#pragma once

#include <string>
#include <vector>

#include "exo_harness/exo/state.h"
#include "exo_harness/model/fixture/fixture.h"

namespace exo_harness::gtest {

/// Marks of templates that no answer of `model` may hold: those of `fixtures/marks.txt`, and those of its own files,
/// where a node of this machine, or this machine itself, has them. None of a model whose weights are random: it makes
/// them of its own accord.
std::vector<std::string> known_marks(const model::FixtureModel& model, const exo::State& state);

/// Marks that no answer of a model that makes sense ends in, though they may stand within one: those of
/// `fixtures/end_marks.txt`. Fails: HarnessError.
const std::vector<std::string>& known_end_marks();

}  // namespace exo_harness::gtest
