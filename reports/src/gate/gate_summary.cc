#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/measure/rank.h"
#include "exo_reports/gate_documents.h"

#include "document/markdown.h"
#include "gate/gate_words.h"
#include "record/measured_subject.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;

constexpr std::size_t kMaxBytes = 200'000, kTopReasons = 5, kSummaryRows = 20, kMaxTable = 60;

std::string more(std::size_t all, std::size_t shown) {
  return all > shown ? format("\nand {} more; see gate.html.\n", all - shown) : "";
}

std::string reasons_of(const GateResult& result, bool decided) {
  std::string text;
  std::size_t told = 0, all = 0;
  const std::size_t most = decided ? kTopReasons : kSummaryRows;
  for (const GateReason& r : result.reasons) {
    if ((r.verdict != GateVerdict::pass) != decided || ++all > most) continue;
    text += decided ? format("{}. **{}** `{}` {}: {}\n", ++told, to_string(r.verdict), r.rule, code_span(r.subject),
                             prose(r.what))
                    : format("- `{}` {}: {}\n", r.rule, code_span(r.subject), prose(r.what));
  }
  if (text.empty()) return text;
  return (decided ? "\n## Why\n\n" : "\n## Warnings\n\n") + text + more(all, std::min(all, most));
}

std::string performance_of(const GateResult& result) {
  if (result.performance.empty()) return "";
  std::string text =
      "\n## Performance\n\n| what | metric | baseline | candidate | worse by [interval] | limit | verdict |\n"
      "| --- | --- | ---: | ---: | ---: | ---: | --- |\n";
  std::size_t rows = 0;
  for (const PerformanceComparison& p : result.performance) {
    if (rows++ == kMaxTable) break;
    text += format("| {} | {}{} | {} | {} | {} [{}, {}] | {} | {} |\n", table_cell(subject_of(p)), p.metric,
                   p.primary ? "" : " (advisory)", number_of(exo_harness::measure::median(p.baseline)),
                   number_of(exo_harness::measure::median(p.candidate)), p.stage > 0 ? percent_of(p.ratio) : "?",
                   percent_of(p.lower), percent_of(p.upper), percent_of(p.threshold), to_string(p.verdict));
  }
  return text + more(result.performance.size(), kMaxTable);
}

std::string tests_of(const GateResult& result) {
  std::string text;
  std::size_t all = 0;
  for (const TestComparison& t : result.tests) {
    if (t.outcome == "same" || t.outcome == "skipped" || ++all > kSummaryRows) continue;
    text += format("| {} | {} | {} of {} | {} of {} |\n", table_cell(t.name), t.outcome, t.baseline_failed,
                   t.baseline_runs, t.candidate_failed, t.candidate_runs);
  }
  if (text.empty()) return text;
  return "\n## Tests that differ\n\n| test | outcome | baseline failed | candidate failed |\n| --- | --- | ---: | ---: "
         "|\n" +
         text + more(all, std::min(all, kSummaryRows));
}

std::string answers_of(const GateResult& result) {
  std::string text;
  std::size_t all = 0;
  for (const AnswerComparison& a : result.answers) {
    if (a.outcome == "identical" || ++all > kSummaryRows) continue;
    text += format("- {} {} {}: {}, {}\n", code_span(a.model), code_span(a.placement), code_span(a.prompt), a.outcome,
                   prose(a.what));
  }
  if (result.answers.empty()) return text;
  const auto same = std::count_if(result.answers.begin(), result.answers.end(),
                                  [](const auto& a) { return a.outcome == "identical"; });
  return format("\n## Answers\n\n{} of {} are the same, token by token.\n\n", same, result.answers.size()) + text +
         more(all, std::min(all, kSummaryRows));
}

std::string list_of(const std::vector<std::string>& lines, const char* title) {
  std::string text;
  for (std::size_t i = 0; i < std::min(kSummaryRows, lines.size()); ++i) text += format("- {}\n", prose(lines[i]));
  return text.empty() ? text : format("\n## {}\n\n{}", title, text) + more(lines.size(), kSummaryRows);
}

std::string manifest_of(const GateResult& result) {
  if (result.differences.empty()) return "\n## What changed\n\nNothing that is known.\n";
  std::string text = "\n## What changed\n\n| key | baseline | candidate | |\n| --- | --- | --- | --- |\n";
  std::size_t rows = 0;
  for (const ManifestDifference& d : result.differences) {
    if (rows++ == kMaxTable) break;
    text += format("| {} | {} | {} | {} |\n", table_cell(d.key), table_cell(d.baseline), table_cell(d.candidate),
                   table_cell(standing_of(d)));
  }
  return text + more(result.differences.size(), kMaxTable);
}

std::string runs_of(const std::vector<std::string>& runs) {
  return runs.empty()       ? "`-`"
         : runs.size() == 1 ? code_span(runs.front())
                            : format("{} and {} more", code_span(runs.front()), runs.size() - 1);
}

}  // namespace

std::string gate_summary_md(const GateResult& result, const GateNames& names) {
  std::string text =
      prose(result.sentence) + "\n\n" +
      format("Baseline {}, candidate {}; {}, policy {}.\n", runs_of(names.baseline), runs_of(names.candidate),
             result.interleaved ? "interleaved" : "not interleaved", policy_of(result.options));
  if (const std::string seen = detectable_in_words(result); !seen.empty()) text += seen + "\n";
  for (const auto& part : {reasons_of(result, true), performance_of(result), tests_of(result), answers_of(result),
                           reasons_of(result, false), list_of(result.not_tested, "Not tested"), manifest_of(result)}) {
    text += text.size() + part.size() <= kMaxBytes - 200 ? part
                                                         : "\nA part is left out here for its size; see gate.html.\n";
  }
  return text;
}

std::string gate_annotations(const GateResult& result) {
  constexpr std::size_t kMost = 10;
  std::string text;
  std::size_t told = 0;
  for (const GateReason& r : result.reasons) {
    if (told++ == kMost) break;
    // In the message of a command `%`, line breaks are escaped; in its title also `:` and `,`.
    std::string message;
    for (const char c : sanitized_line(format("{}: {}", r.subject, r.what), 1000)) {
      message += c == '%' ? std::string("%25") : std::string(1, c);
    }
    text += format("::{} title=upgrade gate {}::{}\n", r.verdict == GateVerdict::pass ? "warning" : "error", r.rule,
                   message);
  }
  return text;
}

}  // namespace exo_reports
