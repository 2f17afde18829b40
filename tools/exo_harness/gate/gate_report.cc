#include "gate/gate_report.h"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

using exo_reports::GateReason;
using exo_reports::GateResult;
using exo_reports::GateVerdict;

constexpr std::size_t kTopReasons = 5;

std::string changes_of(const GateResult& result) {
  std::vector<std::string> changes;
  for (const auto& d : result.differences) {
    if (d.kind == exo_reports::ManifestClass::info) continue;
    changes.push_back(
        format("{} {} > {}", d.key, d.baseline.empty() ? "?" : d.baseline, d.candidate.empty() ? "?" : d.candidate));
  }
  return changes.empty() ? "nothing that is known" : join(few_of(changes), "; ");
}

// What git bisect takes: 125 says that this one cannot be judged, from 128 on it stops.
int for_bisect(GateVerdict verdict) {
  constexpr int kSkip = 125;
  return verdict == GateVerdict::pass   ? to_int(ExitCode::passed)
         : verdict == GateVerdict::fail ? to_int(ExitCode::failed)
                                        : kSkip;
}

void tell_github(const GateResult& result, const exo_reports::GateNames& names) {
  const std::string file = environment("GITHUB_STEP_SUMMARY");
  if (!file.empty()) {
    std::ofstream summary(file, std::ios::app);  // Others of the job write there, too.
    summary << exo_reports::gate_summary_md(result, names) << "\n";
    if (!summary.flush())
      throw HarnessError(format("cannot write the job summary {}", file), "check GITHUB_STEP_SUMMARY");
  }
  std::fputs(exo_reports::gate_annotations(result).c_str(), stdout);
}

}  // namespace

std::string gate_text(const GateResult& result, const std::filesystem::path& page) {
  std::string text = result.sentence + "\n";
  std::size_t told = 0;
  for (const GateReason& reason : result.reasons) {
    if (told++ == kTopReasons) break;
    text += format("  {} {} {}: {}\n",
                   reason.verdict == GateVerdict::pass ? "warning" : exo_reports::to_string(reason.verdict),
                   reason.rule, reason.subject, reason.what);
  }
  if (result.reasons.size() > kTopReasons) text += format("  and {} more\n", result.reasons.size() - kTopReasons);
  text += format("changed: {}\n", changes_of(result));
  if (!result.not_tested.empty()) text += format("not tested: {}\n", join(few_of(result.not_tested), "; "));
  return printable(text) + format("report: {}\n", page.string());
}

int report_gate(const GateResult& result, const exo_reports::GateNames& names, const std::filesystem::path& out,
                const GateCommandOptions& options) {
  exo_reports::write_gate(result, names, out);
  if (options.json) {
    std::fputs(exo_reports::gate_json(result, names).c_str(), stdout);
  } else {
    std::fputs(gate_text(result, out / "gate.html").c_str(), stdout);
  }
  if (options.github) tell_github(result, names);
  return options.bisect ? for_bisect(result.verdict) : to_int(exo_reports::exit_code_of(result.verdict));
}

}  // namespace exo_harness::tools
