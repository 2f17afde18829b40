#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/exo/mode.h"
#include "exo_harness/journal/records.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/trial/strategy.h"

namespace exo_harness::trial {

/// One run of one test as the journal tells it, with all that happened while it ran.
struct TestSeen {
  std::string suite, test;
  std::string model;                   ///< Fixture id; empty: of none.
  std::optional<exo::Mode> placement;  ///< Of that model; nullopt: of none.
  /// Of TestEnded; hang or crash of a test whose process did not live to its end.
  Verdict result = Verdict::inconclusive;
  std::optional<FailureKind> met;  ///< The first failure of the cluster that the test met, and what it says.
  std::string met_what;
  std::string skip_reason;
  std::string message;  ///< Of its first failure.
  std::string expectation;
  std::vector<journal::PhaseEnded> phases;
  std::vector<std::string> runner_failures;  ///< RunnerFailed texts.
  std::vector<journal::DiagnosisMade> diagnoses;
  bool exchange_failed = false;
};

/// All tests of a journal, in order of their start, as its records come. Threads: one at a time.
class TestsSeen {
 public:
  void see(const journal::Record& record);
  const std::vector<TestSeen>& all() const { return tests_; }

 private:
  struct Follow;
  std::vector<TestSeen> tests_;
  bool running_ = false, hung_ = false;
};

/// The placement of that model that a test which has not run yet is about, as GoogleTest names it:
/// `Scenarios/Answer.IsRight/tiny_llama_tensor_2` is of `tiny-llama` as `tensor-2`. Nothing: it is of another model, or
/// of none.
std::optional<exo::Mode> placement_of(std::string_view test, std::string_view model_id);

/// How many nodes a cluster has, and how many of them have all files of a model.
struct StagedNodes {
  int all = 0, with_model = 0;
};

/// What was asked for: short names of placements, as the spec has them; empty: all. A placement that only the fixture
/// names is no part of the answer then.
using Placements = std::vector<std::string>;

/// What the model came to in each placement that was asked for. A placement works when it was ready at least once and
/// none of its tests is bad. One that only its fixture named, and that nobody could try, is left out.
ModelResult result_of(const std::vector<TestSeen>& tests, const model::FixtureModel& model, StagedNodes nodes,
                      const Placements& asked = {});

/// The cluster's own fitness, and why when it is unfit or unknown.
struct Fitness {
  FallbackFit fit = FallbackFit::unknown;
  std::string why;
};

/// Fitness seen with `fallback`, whose result is `result`: it works, and so does all that is not of `model`.
Fitness fitness_of(const std::vector<TestSeen>& tests, const model::FixtureModel& model, const ModelResult& result);

}  // namespace exo_harness::trial
