#pragma once

#include <vector>

#include "exo_harness/exo/mode.h"

namespace exo_harness::suites {

/// A promise of the API that needs no placed model: a test of this name expects the recorded answer.
struct Promise {
  const char* name;    ///< `OfAnUnknownPathIs404`.
  const char* number;  ///< Of the recording: `06`.
  bool quick = false;  ///< The quick selection has it, too (`gtest/quick.h`).
};

/// Makes a test `GROUP.NAME` of each promise. Called before main runs, as tests are registered then.
/// Returns true, for the initialiser that calls it.
bool register_promises(const char* group, const std::vector<Promise>& promises, const char* file, int line);

}  // namespace exo_harness::suites
