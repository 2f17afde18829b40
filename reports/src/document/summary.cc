#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_reports/documents.h"

#include "markdown.h"
#include "sanitize.h"
#include "verdict/agreement.h"
#include "verdict/left_out.h"

namespace exo_reports {
namespace {

using exo_harness::format;

// A job summary over 1 MiB is not shown at all; people stop long before.
constexpr std::size_t kMaxBytes = 200'000;
constexpr std::size_t kMaxReasons = 30, kMaxEvidence = 10, kMaxRows = 60;

const TestRecord* test_of(const RunRecord& run, const std::string& anchor) {
  for (const SuiteRecord& suite : run.suites) {
    for (const TestRecord& test : suite.tests) {
      if (!anchor.empty() && test.id == anchor) return &test;
    }
  }
  return nullptr;
}

std::string facts_of(const RunRecord& run) {
  std::string text = format("Run {} on {}, {}, took {}.\n", code_span(run.run_id), code_span(run.host),
                            code_span(run.started_utc), duration(run.took_ms));
  return text;
}

std::string answer_of(const RunRecord& run) {
  return run.judgement.answer.empty() ? "" : prose(run.judgement.answer) + "\n\n";
}

std::string reasons_of(const RunRecord& run) {
  const auto& reasons = run.judgement.reasons;
  if (reasons.empty()) return "";
  std::string text = "\n## Why, first cause first\n\n";
  for (std::size_t i = 0; i < std::min(kMaxReasons, reasons.size()); ++i) {
    const Reason& r = reasons[i];
    text += format("{}. **{}** {}: {}\n", i + 1, humanize(r.verdict), code_span(r.subject), code_span(r.what));
    if (!r.cause.empty()) text += format("   - cause: {}\n", code_span(r.cause));
    if (!r.remedy.empty()) text += format("   - what to do: {}\n", code_span(r.remedy));
  }
  if (reasons.size() > kMaxReasons) text += format("\nand {} more; see report.html.\n", reasons.size() - kMaxReasons);
  return text;
}

std::string evidence_of(const RunRecord& run) {
  std::string text;
  std::size_t listed = 0;
  for (const Reason& reason : run.judgement.reasons) {
    const TestRecord* test = test_of(run, reason.anchor);
    if (test == nullptr || listed == kMaxEvidence) continue;
    std::string evidence;
    for (const auto& failure : test->failures) evidence += failure.message + "\n";
    for (const auto& diagnosis : test->diagnoses) evidence += exo_harness::join(diagnosis.evidence, "\n") + "\n";
    if (exo_harness::trim(evidence).empty()) continue;
    text += format("\n### {}\n\n{}", code_span(test->name), fenced(evidence, 4000));
    ++listed;
  }
  return text.empty() ? text : "\n## Evidence\n" + text;
}

std::string suites_text(const RunRecord& run) {
  if (run.suites.empty()) return "";
  std::string text = "\n## Suites\n\n| suite | good | bad | skipped | time |\n| --- | ---: | ---: | ---: | ---: |\n";
  for (const SuiteRecord& suite : run.suites) {
    int good = 0, bad = 0, skipped = 0;
    for (const TestRecord& test : suite.tests) {
      ++(test.verdict == Verdict::skipped ? skipped : is_good(test.verdict) ? good : bad);
    }
    text += format("| {} | {} | {} | {} | {} |\n", table_cell(suite.name), good, bad, skipped, duration(suite.took_ms));
  }
  return text;
}

/// A prediction that did not hold is a finding about the rules, the fixture or Exo.
std::string wrong_predictions_of(const RunRecord& run) {
  std::string text;
  std::size_t rows = 0;
  for (const auto& p : run.predictions) {
    if (agreement_of(p) != Agreement::no || rows++ >= kMaxRows) continue;
    text += format("- {} on {}: predicted {} ({}), seen {}{}\n", code_span(p.model), code_span(p.placement),
                   p.predicted, code_span(p.reason.empty() ? "no reason stated" : sanitized_line(p.reason)), p.seen,
                   p.detail.empty() ? "" : ": " + code_span(sanitized_line(p.detail)));
  }
  return text.empty() ? text : "\nFindings, since these predictions did not hold:\n\n" + text;
}

std::string predictions_text(const RunRecord& run) {
  if (run.predictions.empty()) return "";
  std::string text =
      "\n## Predicted and seen\n\n| model | placement | predicted | basis | seen | agrees |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  std::size_t rows = 0;
  for (const auto& p : run.predictions) {
    if (rows++ == kMaxRows) break;
    const Agreement agreement = agreement_of(p);
    text += format("| {} | {} | {} | {} | {} | {} |\n", table_cell(p.model), table_cell(p.placement),
                   table_cell(p.predicted), table_cell(p.basis), table_cell(p.seen),
                   agreement == Agreement::yes  ? "yes"
                   : agreement == Agreement::no ? "**no**"
                                                : "–");
  }
  return text + wrong_predictions_of(run);
}

std::string skips_of(const RunRecord& run) {
  std::map<std::string, int> reasons;
  for (const SuiteRecord& suite : run.suites) {
    for (const TestRecord& test : suite.tests) {
      if (test.verdict == Verdict::skipped) ++reasons[sanitized_line(test.reason)];
    }
  }
  const std::vector<LeftOut> left_out = left_out_by_suite(run);
  if (reasons.empty() && left_out.empty()) return "";
  std::string text = "\n## Not tested\n\n";
  for (const LeftOut& one : left_out) text += format("- {} {}\n", one.count, prose(one.what));
  std::size_t rows = 0;
  for (const auto& [reason, count] : reasons) {
    if (rows++ == kMaxRows) break;
    text += format("- {} skipped: {}\n", count, code_span(reason));
  }
  return text;
}

std::string findings_text(const RunRecord& run) {
  if (run.findings.empty()) return "";
  std::string text = "\n## Findings about Exo\n\n";
  std::size_t rows = 0;
  for (const auto& f : run.findings) {
    if (rows++ == kMaxRows) break;
    text += format("- {} {} ({})\n", code_span(f.id), code_span(f.title), code_span(f.versions));
  }
  return text;
}

}  // namespace

std::string summary_md(const RunRecord& run) {
  std::string text = answer_of(run) + run.judgement.sentence + "\n\n" + facts_of(run);
  for (const auto& part : {reasons_of(run), evidence_of(run), suites_text(run), predictions_text(run), skips_of(run),
                           findings_text(run)}) {
    if (text.size() + part.size() <= kMaxBytes - 200) {
      text += part;
    } else {
      text += "\nA part is left out here for its size; see report.html.\n";
    }
  }
  return text + "\nEverything: report.html\n";
}

}  // namespace exo_reports
