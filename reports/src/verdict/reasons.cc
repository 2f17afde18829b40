#include "reasons.h"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "exo_harness/core/format.h"
#include "exo_harness/core/outcome.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/odd_views.h"

#include "record/suite_builder.h"
#include "sanitize.h"
#include "strategy_reasons.h"

namespace exo_reports {
namespace {

using exo_harness::ExitCode;
using exo_harness::format;
using exo_harness::journal::StateChange;

constexpr std::int64_t kAtTheEnd = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMaxLineBytes = 500;

std::string reason_line(std::string_view text) {
  return exo_harness::shorten(exo_harness::first_line(text), kMaxLineBytes);
}

std::string what_of(const TestRecord& test) {
  if (!test.reason.empty() && test.verdict != Verdict::failed) return reason_line(test.reason);
  return test.failures.empty() ? "no failure message was recorded" : summary_line(test.failures.front().message);
}

Reason reason_of(const TestRecord& test) {
  Reason reason{test.verdict, test.name, what_of(test), "", "", test.id, test.order};
  if (test.verdict == Verdict::unexpected_pass) reason.what = "expected to fail, but passed: " + reason.what;
  if (!test.diagnoses.empty()) {
    reason.cause = test.diagnoses.front().cause;
    reason.remedy = test.diagnoses.front().remedy;
  }
  return reason;
}

void add_tests(const SuiteRecord& suite, std::vector<Reason>& reasons) {
  std::size_t unrun = 0;
  for (const TestRecord& test : suite.tests) {
    if (is_good(test.verdict)) continue;
    if (!test.ran) {
      ++unrun;
    } else {
      reasons.push_back(reason_of(test));
    }
  }
  if (unrun == 0) return;
  reasons.push_back({Verdict::inconclusive, suite.name,
                     format("{} planned test{} never ran", unrun, unrun == 1 ? "" : "s"), "", "", "", suite.order});
}

bool any_bad(const SuiteRecord& suite) {
  return std::any_of(suite.tests.begin(), suite.tests.end(), [](const TestRecord& t) { return !is_good(t.verdict); });
}

bool all_skipped(const SuiteRecord& suite) {
  return !suite.tests.empty() && std::all_of(suite.tests.begin(), suite.tests.end(),
                                             [](const TestRecord& t) { return t.verdict == Verdict::skipped; });
}

bool is_explained_by_tests(const SuiteRecord& suite) {
  const auto code = exo_harness::parse_exit_code(suite.exit_code);
  return code == ExitCode::passed || (code == ExitCode::all_skipped && all_skipped(suite)) ||
         (code == ExitCode::nothing_selected && suite.tests.empty());
}

// What an exit code says that the tests of the suite do not.
Reason reason_of_exit(const SuiteRecord& suite) {
  const auto said = [&](Verdict verdict, std::string_view what) {
    return Reason{verdict, suite.name, format("the suite ended with exit code {}: {}", suite.exit_code, what), "", "",
                  "",      suite.order};
  };
  const auto code = exo_harness::parse_exit_code(suite.exit_code);
  if (!code) return said(Verdict::crash, "not an exit code of a suite");
  const std::map<ExitCode, std::string_view> words = {
      {ExitCode::failed, "its set-up or clean-up failed, though no test did"},
      {ExitCode::harness, "usage or harness trouble"},
      {ExitCode::inconclusive, "it could not judge"},
      {ExitCode::not_comparable, "it could not judge"},
      {ExitCode::nothing_selected, "it found no test to run"},
      {ExitCode::all_skipped, "it says that all was skipped, its record does not"}};
  const auto word = words.find(*code);
  return said(exo_harness::verdict_of(*code), word == words.end() ? "its tests do not say why" : word->second);
}

void add_end(const SuiteRecord& suite, std::vector<Reason>& reasons) {
  const auto add = [&](Verdict verdict, std::string what) {
    reasons.push_back({verdict, suite.name, std::move(what), "", "", "", suite.order});
  };
  if (!suite.trouble.empty()) {  // It says why the suite ended as it did, and it was no fault of the cluster.
    add(Verdict::harness, reason_line(suite.trouble));
  } else if (!suite.ended) {
    add(Verdict::harness, "the record has no end of this suite");
  } else if (suite.timed_out && !any_bad(suite)) {
    add(Verdict::hang, "the suite did not end within its time");
  } else if (suite.signal != 0 && !any_bad(suite)) {
    add(Verdict::crash, format("the suite's process died of {} outside of its tests", signal_name(suite.signal)));
  } else if (suite.signal == 0 && !any_bad(suite) && !is_explained_by_tests(suite)) {
    reasons.push_back(reason_of_exit(suite));
  }
}

Verdict verdict_of_phase(const PhaseRecord& phase) {
  return phase.failure_kind ? exo_harness::verdict_of(*phase.failure_kind) : Verdict::failed;
}

// Phases of a placement speak through their test; those of the cluster, outside of tests, for themselves.
void add_phases(const RunRecord& run, std::vector<Reason>& reasons) {
  for (const PhaseRecord& phase : run.phases) {
    if (phase.ok || !phase.ended || !phase.test.empty() || !phase.model.empty()) continue;
    const std::string what = phase.failure.empty() ? "the phase failed" : phase.failure;
    reasons.push_back({verdict_of_phase(phase), format("phase {}", to_string(phase.phase)), reason_line(what), "", "",
                       "", phase.order});
  }
}

void add_processes(const RunRecord& run, std::vector<Reason>& reasons) {
  for (const ProcessRecord& process : run.processes) {
    if (process.signal == 0 || process.asked || process.name.rfind("suite", 0) == 0) continue;
    reasons.push_back(
        {Verdict::crash, process.name,
         format("the process {} died of {}, which the harness had not sent", process.pid, signal_name(process.signal)),
         "", "", "", process.order});
  }
  for (const auto& clean_up : run.clean_ups) {
    if (clean_up.survivors.empty()) continue;
    reasons.push_back({Verdict::harness, "clean-up",
                       format("{} processes are left: {}", clean_up.survivors.size(),
                              reason_line(exo_harness::join(clean_up.survivors, ", "))),
                       "", "run `exo-harness sweep`", "", kAtTheEnd});
  }
}

// A view that was odd and moved again was a slow machine; one that stayed so shows the past.
void add_views(const RunRecord& run, std::vector<Reason>& reasons) {
  std::map<std::string, const StateChange*> odd;
  for (const auto& record : run.history) {
    if (const auto* change = std::get_if<StateChange>(&record.body)) follow_views(odd, *change, *change);
  }
  for (const auto& [api, view] : odd) {
    reasons.push_back({Verdict::lost, format("view of {}", api), format("{}: {}", view->to, reason_line(view->detail)),
                       "the state that this node shows no longer follows the cluster",
                       "restart that node; when the views of all nodes stand still, all of them", "", kAtTheEnd});
  }
}

void add_troubles(const RunRecord& run, std::vector<Reason>& reasons) {
  for (const TroubleRecord& one : run.troubles) {
    if (one.trouble.warning) continue;
    const Blame blame = one.trouble.blame == Blame::environment ? Blame::environment : Blame::harness;
    reasons.push_back({exo_harness::verdict_of(blame), std::string(to_string(blame)), reason_line(one.trouble.what), "",
                       one.trouble.advice, "", one.order});
  }
}

// Of a parameterised test: what it was run with, `tiny_llama_tensor_2`.
std::string_view parameter_of(const Reason& reason) {
  const std::string_view subject = reason.subject;
  const std::size_t slash = subject.rfind('/');
  return reason.anchor.empty() || slash == std::string_view::npos ? "" : subject.substr(slash + 1);
}

// A model that cannot be placed fails every test that needs it there: one cause, listed once.
std::vector<Reason> without_echoes(const std::vector<Reason>& all) {
  std::vector<Reason> merged;
  std::vector<int> echoes;
  std::map<std::tuple<Verdict, std::string_view, std::string_view>, std::size_t> places;
  for (const Reason& reason : all) {
    const auto placement = parameter_of(reason);
    const auto [place, is_new] = places.try_emplace({reason.verdict, placement, reason.what}, merged.size());
    if (is_new || placement.empty()) {
      merged.push_back(reason);
      echoes.push_back(0);
    } else {
      ++echoes[place->second];
    }
  }
  for (std::size_t i = 0; i < merged.size(); ++i) {
    if (echoes[i] == 0) continue;
    merged[i].what += format(" (same failure in {} more test{} of {})", echoes[i], echoes[i] == 1 ? "" : "s",
                             parameter_of(merged[i]));
  }
  return merged;
}

// What others did for a run that could not any more.
std::string in_words(const exo_harness::journal::CleanUpDone& done) {
  return format("what it had started was ended after it ({}): {} process{}, {} of them by SIGKILL, in {} ms; left: {}",
                done.reason, done.targets, done.targets == 1 ? "" : "es", done.killed, done.took_ms,
                done.survivors.empty() ? "nothing" : exo_harness::join(done.survivors, ", "));
}

}  // namespace

std::vector<Reason> reasons_of_the_record(const RunRecord& run) {
  std::vector<Reason> reasons;
  const auto add = [&](std::string what) {
    reasons.push_back({Verdict::harness, "record", std::move(what), "", "", "", kAtTheEnd});
  };
  if (!run.started) {
    add("there is no start of a run in the journal");
  } else if (!run.ended) {
    add("the run died before its end: the journal just stops");
  } else if (run.torn_tail) {
    add("the last record of the journal is cut off");
  }
  if (run.started && !run.ended) {
    for (const auto& clean_up : run.clean_ups) add(reason_line(in_words(clean_up)));
    if (run.clean_ups.empty() && !run.processes.empty())
      add("no clean-up was recorded, processes may still run: run `exo-harness sweep`");
  }
  constexpr std::size_t kMaxListed = 5;
  for (std::size_t i = 0; i < std::min(kMaxListed, run.journal_trouble.size()); ++i)
    add(reason_line(run.journal_trouble[i]));
  if (run.journal_trouble.size() > kMaxListed) {
    add(format("and {} more troubles of this kind", run.journal_trouble.size() - kMaxListed));
  }
  return reasons;
}

std::vector<Reason> reasons_of_the_run(const RunRecord& run) {
  std::vector<Reason> reasons;
  for (const SuiteRecord& suite : run.suites) {
    add_tests(suite, reasons);
    add_end(suite, reasons);
  }
  add_phases(run, reasons);
  add_processes(run, reasons);
  add_views(run, reasons);
  add_troubles(run, reasons);
  add_strategies(run, reasons);
  std::stable_sort(reasons.begin(), reasons.end(), [](const Reason& a, const Reason& b) { return a.order < b.order; });
  return without_echoes(reasons);
}

}  // namespace exo_reports
