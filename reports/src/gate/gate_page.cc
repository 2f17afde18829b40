// The page of a gate: all of it static, escaped by the template; the only raw parts are our style and drawings.

#include <algorithm>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/measure/rank.h"
#include "exo_reports/gate_documents.h"

#include "gate/dot_plot.h"
#include "gate/gate_words.h"
#include "page/page_data.h"
#include "page/page_parts.h"
#include "record/measured_subject.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;
using List = mustache::data;

constexpr std::size_t kMaxRows = 500, kMaxPlots = 120, kMaxAnswers = 100;

Look look_of_gate(GateVerdict verdict, bool of_a_reason) {
  switch (verdict) {
    case GateVerdict::pass:
      return of_a_reason ? Look{"!", "warning", "none"} : Look{"✓", "PASS", "good"};
    case GateVerdict::inconclusive:
      return {"?", "INCONCLUSIVE", "warn"};
    case GateVerdict::fail:
      return {"✕", "FAIL", "bad"};
    case GateVerdict::incomparable:
      break;
  }
  return {"≠", "INCOMPARABLE", "warn"};
}

std::string rest(std::size_t all, std::size_t shown, const char* what) {
  return all > shown ? format("and {} more {}; gate.json has all", all - shown, what) : "";
}

std::string runs(const std::vector<std::string>& names) {
  return sanitized_line(exo_harness::join(names, ", "), 4000);
}

// The sentence begins with the verdict, which the headline has already.
std::string claim_of(const GateResult& result) {
  const std::size_t colon = result.sentence.find(": ");
  return sanitized_line(colon == std::string::npos ? result.sentence : result.sentence.substr(colon + 2), 600);
}

void set_top(mustache::data& page, const GateResult& result, const GateNames& names) {
  const Look look = look_of_gate(result.verdict, false);
  set_look(page, look);
  page["verdict"] = look.word;
  page["claim"] = claim_of(result);
  page["baseline"] = sanitized_line(names.baseline.front(), 200);
  page["candidate"] = sanitized_line(names.candidate.front(), 200);
  page["lead"] =
      format("{} blocks, policy {}", result.interleaved ? "interleaved" : "not interleaved", policy_of(result.options));
  List counts{mustache::data::type::list};
  for (const auto& [word, number] : result.counts) {
    mustache::data one;
    one["number"] = format("{}", number);
    one["word"] = word;
    counts << one;
  }
  page.set("counts", counts);
}

void set_reasons_of(mustache::data& page, const GateResult& result) {
  List reasons{mustache::data::type::list};
  for (std::size_t i = 0; i < std::min(kMaxRows, result.reasons.size()); ++i) {
    const GateReason& reason = result.reasons[i];
    mustache::data one;
    set_look(one, look_of_gate(reason.verdict, true));
    one["subject"] = sanitized_line(reason.subject);
    one["rule"] = reason.rule;
    one["what"] = sanitized_line(reason.what, 2000);
    reasons << one;
  }
  page["has_reasons"] = !result.reasons.empty();
  page.set("reasons", reasons);
  page["more_reasons"] = rest(result.reasons.size(), kMaxRows, "reasons");
}

void set_changes(mustache::data& page, const GateResult& result) {
  List changes{mustache::data::type::list};
  for (std::size_t i = 0; i < std::min(kMaxRows, result.differences.size()); ++i) {
    const ManifestDifference& d = result.differences[i];
    mustache::data one;
    one["key"] = sanitized_line(d.key);
    one["before"] = sanitized_line(d.baseline);
    one["now"] = sanitized_line(d.candidate);
    one["standing"] = standing_of(d);
    changes << one;
  }
  page["has_changes"] = !result.differences.empty();
  page.set("changes", changes);
}

std::string numbers_of(const std::vector<double>& values) {
  std::vector<std::string> texts;
  for (const double value : values) texts.push_back(number_of(value));
  return exo_harness::join(texts, ", ");
}

mustache::data comparison_of(const PerformanceComparison& p, std::size_t id) {
  mustache::data one;
  const bool judged = p.stage > 0, only_warns = !p.primary && p.verdict != GateVerdict::pass;
  set_look(one, only_warns && p.verdict == GateVerdict::fail ? Look{"!", "warning", "none"}
                : only_warns                                 ? Look{"–", "not decided", "none"}
                                                             : look_of_gate(p.verdict, false));
  one["metric"] = p.metric + (p.primary ? "" : " (advisory)");
  one["subject"] = sanitized_line(subject_of(p));
  one["middle_before"] = number_of(exo_harness::measure::median(p.baseline));
  one["middle_now"] = number_of(exo_harness::measure::median(p.candidate));
  one["ratio"] = judged ? percent_of(p.ratio) : "?";
  one["lower"] = judged ? percent_of(p.lower) : "?";
  one["upper"] = judged ? percent_of(p.upper) : "?";
  one["limit"] = percent_of(p.threshold);
  one["blocks"] = format("{} and {} blocks", p.baseline.size(), p.candidate.size());
  one["why"] = p.why;
  one["plot"] = dot_plot_svg(p, id);
  one["values_before"] = numbers_of(p.baseline);
  one["values_now"] = numbers_of(p.candidate);
  return one;
}

void set_performance(mustache::data& page, const GateResult& result) {
  List performance{mustache::data::type::list};
  for (std::size_t i = 0; i < std::min(kMaxPlots, result.performance.size()); ++i) {
    performance << comparison_of(result.performance[i], i);
  }
  page["has_performance"] = !result.performance.empty();
  page.set("performance", performance);
  const std::string seen = detectable_in_words(result);
  page["seen"] = seen.empty() ? "Too few blocks to see any slowdown." : seen;
  page["more_performance"] = rest(result.performance.size(), kMaxPlots, "comparisons");
}

void set_answers(mustache::data& page, const GateResult& result) {
  List answers{mustache::data::type::list};
  std::size_t told = 0, same = 0;
  for (const AnswerComparison& a : result.answers) {
    if (a.outcome == "identical") ++same;
    if (a.outcome == "identical" || told++ >= kMaxAnswers) continue;
    mustache::data one;
    one["tone"] = a.outcome == "near_tie" ? "none" : "bad";
    one["outcome"] = a.outcome;
    one["prompt"] = sanitized_line(a.prompt);
    one["model"] = sanitized_line(a.model);
    one["placement"] = sanitized_line(a.placement);
    one["what"] = sanitized_line(a.what, 2000);
    one["agreeing"] = format("{}", a.agreeing);
    one["delta"] = number_of(a.max_delta);
    one["rows"] = sanitized(a.rows, 4000);
    answers << one;
  }
  page["has_answers"] = !result.answers.empty();
  page.set("answers", answers);
  page["same_answers"] = format("{} of {} are the same, token by token.", same, result.answers.size());
  page["more_answers"] = rest(told, kMaxAnswers, "answers");
}

void set_tests_of(mustache::data& page, const GateResult& result) {
  List tests{mustache::data::type::list};
  std::size_t told = 0, same = 0;
  for (const TestComparison& t : result.tests) {
    if (t.outcome == "same") ++same;
    if (t.outcome == "same" || told++ >= kMaxRows) continue;
    mustache::data one;
    one["name"] = sanitized_line(t.name);
    one["outcome"] = t.outcome;
    one["before"] = format("{} of {}", t.baseline_failed, t.baseline_runs);
    one["now"] = format("{} of {}", t.candidate_failed, t.candidate_runs);
    one["signature"] = sanitized_line(t.signature);
    tests << one;
  }
  page["has_tests"] = told > 0;
  page.set("tests", tests);
  page["same_tests"] = format("{} of {} tests came to the same on both builds.", same, result.tests.size());
  page["more_tests"] = rest(told, kMaxRows, "tests");
}

void set_rest(mustache::data& page, const GateResult& result, const GateNames& names) {
  List lines{mustache::data::type::list};
  for (const std::string& line : result.not_tested) {
    mustache::data one;
    one["line"] = sanitized_line(line);
    lines << one;
  }
  page["has_not_tested"] = !result.not_tested.empty();
  page.set("not_tested", lines);
  page["runs_before"] = runs(names.baseline);
  page["runs_now"] = runs(names.candidate);
  page["sha_before"] = names.baseline_sha256;
  page["sha_now"] = names.candidate_sha256;
  page["harness"] = names.harness;
}

}  // namespace

std::string gate_html(const GateResult& result, const GateNames& names) {
  mustache::data page;
  set_top(page, result, names);
  set_reasons_of(page, result);
  set_changes(page, result);
  set_performance(page, result);
  set_answers(page, result);
  set_tests_of(page, result);
  set_rest(page, result, names);
  return render_page(gate_template(), page);
}

}  // namespace exo_reports
