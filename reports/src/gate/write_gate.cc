#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_reports/gate_documents.h"

namespace exo_reports {
namespace {

std::vector<std::string> names(const GateSide& side) {
  std::vector<std::string> all;
  for (const GateRun& run : side.runs) all.push_back(exo_harness::redact(run.name));
  return all;
}

}  // namespace

GateNames names_of(const GateSide& baseline, const GateSide& candidate, const std::string& harness) {
  return {names(baseline), names(candidate), baseline.runs.front().journal_sha256,
          candidate.runs.front().journal_sha256, harness};
}

void write_gate(const GateResult& result, const GateNames& names, const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw exo_harness::HarnessError(exo_harness::format("cannot create {}: {}", folder.string(), error.message()),
                                    "choose another folder with --out");
  }
  exo_harness::write_file(folder / "gate.json", gate_json(result, names));
  exo_harness::write_file(folder / "gate.md", gate_summary_md(result, names));
  exo_harness::write_file(folder / "gate-junit.xml", gate_junit_xml(result, names));
  exo_harness::write_file(folder / "gate.html", gate_html(result, names));
}

}  // namespace exo_reports
