#pragma once

#include <string>
#include <vector>

#include "exo_reports/gate.h"

namespace exo_reports {

// The parts of the gate; each looks at one thing and adds what it found. `GateFindings` is what they share.

struct GateFindings {
  const GateOptions& options;
  GateResult& result;

  void add(GateVerdict verdict, std::string rule, std::string subject, std::string what);
  void warn(std::string rule, std::string subject, std::string what);
};

/// Whether runs can be compared at all: whole, of this schema, judged, not one run twice.
void check_usable(const GateSide& baseline, const GateSide& candidate, GateFindings& findings);

/// What differs in the manifests, and whether it may.
void compare_manifests(const GateSide& baseline, const GateSide& candidate, GateFindings& findings);

/// Test by test.
void compare_tests(const GateSide& baseline, const GateSide& candidate, GateFindings& findings);

/// Crashes and failed runners outside of tests, predictions, findings.
void compare_events(const GateSide& baseline, const GateSide& candidate, GateFindings& findings);

/// Block medians.
void compare_performance(const GateSide& baseline, const GateSide& candidate, GateFindings& findings);

/// Kept answers, token by token.
void compare_answers(const GateSide& baseline, const GateSide& candidate, GateFindings& findings);

/// Whether the runs of both sides alternate in time, never more than two of one side in a row, at least five a side.
bool is_interleaved(const GateSide& baseline, const GateSide& candidate);

/// A failure in words that stay the same from run to run: numbers and hexadecimal ids as `#`.
std::string steady_words(std::string_view text);

}  // namespace exo_reports
