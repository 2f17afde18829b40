#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "exo_harness/core/clock.h"
#include "exo_harness/diagnose/cause/diagnosis.h"
#include "exo_harness/journal/journal.h"

#include "rdma/rdma_screen.h"

namespace exo_harness::tools {

/// The steps of `exo-harness rdma`, in order.
enum class RdmaStep {
  preflight,
  one_node,
  device_matrix,
  place,
  connect,
  load,
  first_collective,
  warm_up,
  answer,
  same_as_one_node,
  repetitions,
  cleanup
};
/// `first collective`.
std::string_view step_name(RdmaStep step);
/// `Rdma.FirstCollective`: the step as a test of the run.
std::string test_of(RdmaStep step);

/// The first step that did not go well.
struct RdmaTrouble {
  RdmaStep step = RdmaStep::preflight;
  std::string seen;
  diagnose::Diagnosis why;
};

/// Keeps the record of the steps: each is a test of the suite `rdma` in the journal, and a line on the screen.
class RdmaSteps {
 public:
  /// `model` and `placement`: what is tried, for the record.
  RdmaSteps(journal::Journal& journal, RdmaScreen& screen, std::string model, std::string placement);

  void begin(RdmaStep step);
  /// End the step that began last. `took`: as known better than by the clock of this class.
  void pass(const std::string& seen, std::optional<milliseconds> took = std::nullopt);
  void fail(const std::string& seen, const diagnose::Diagnosis& why);
  /// What the step is doing, for whoever watches.
  void now(std::string_view what) { screen_.now(what); }
  /// The step that is going on, if any, says nothing: `verdict` is inconclusive, environment or harness.
  void abandon(Verdict verdict, const std::string& why);
  /// The steps up to `last` that never began get their reason.
  void skip_to(RdmaStep last, const std::string& why);
  /// The end of the suite.
  void finish();

  const std::optional<RdmaTrouble>& trouble() const { return trouble_; }

 private:
  void write_end(Verdict verdict, const std::string& seen, std::optional<milliseconds> took);

  journal::Journal& journal_;
  RdmaScreen& screen_;
  std::string model_, placement_;
  std::optional<RdmaStep> open_;
  Clock::time_point begun_;
  int next_ = 0;  // The first step that has not begun.
  bool bad_ = false;
  std::optional<RdmaTrouble> trouble_;
};

}  // namespace exo_harness::tools
