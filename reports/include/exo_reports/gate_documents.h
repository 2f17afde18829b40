#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "exo_reports/gate.h"

namespace exo_reports {

// Documents of a gate, each a pure function of its result; text from clusters is hostile, and shown as text and nothing
// else. Formats: reports/README.md.

/// Which runs were compared, for the heads of documents.
struct GateNames {
  std::vector<std::string> baseline, candidate;   ///< As the user named them.
  std::string baseline_sha256, candidate_sha256;  ///< Of the journals of the first of each.
  std::string harness;                            ///< The version that judged.
};
GateNames names_of(const GateSide& baseline, const GateSide& candidate, const std::string& harness);

/// Schema `exo-harness/gate/1`, reports/gate.schema.json.
std::string gate_json(const GateResult& result, const GateNames& names);

/// At most 200 kB. The first line is the answer; the order is fixed, so that two of them can be compared.
std::string gate_summary_md(const GateResult& result, const GateNames& names);

/// Each test and comparison a case: what gates fails, what is not judged is an error, what is known is skipped with its
/// reason, and what failed now and then has Surefire's own elements.
std::string gate_junit_xml(const GateResult& result, const GateNames& names);

/// The page: baseline beside candidate.
std::string gate_html(const GateResult& result, const GateNames& names);

/// Commands for GitHub's runner: at most 10 annotations, what decided first.
std::string gate_annotations(const GateResult& result);

/// Writes gate.json, gate.md, gate-junit.xml and gate.html into `folder`. Fails: HarnessError.
void write_gate(const GateResult& result, const GateNames& names, const std::filesystem::path& folder);

}  // namespace exo_reports
