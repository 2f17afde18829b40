#include "suite_builder.h"

#include <algorithm>
#include <set>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_reports {

using exo_harness::format;
namespace journal = exo_harness::journal;

SuiteBuilder::SuiteBuilder(std::string name, const Moment& at) : since_ns_(at.t_ns), last_ns_(at.t_ns) {
  suite_.name = std::move(name);
  suite_.started_utc = at.utc;
  suite_.order = at.order;
}

void SuiteBuilder::plan(const std::vector<std::string>& tests) {
  planned_.insert(planned_.end(), tests.begin(), tests.end());
}

void SuiteBuilder::start_test(const journal::TestStarted& started, const Moment& at) {
  TestRecord test;
  test.suite = suite_.name;
  test.name = started.test;
  test.file = started.file;
  test.line = started.line;
  test.model = started.model;
  test.placement = started.placement;
  test.started_utc = at.utc;
  test.order = at.order;
  test.ran = true;
  open_.push_back({std::move(test), at.t_ns});
  last_ns_ = at.t_ns;
}

void SuiteBuilder::end_test(const journal::TestEnded& ended, const Moment& at) {
  auto open = std::find_if(open_.begin(), open_.end(), [&](const Open& o) { return o.test.name == ended.test; });
  if (open == open_.end()) {
    start_test({suite_.name, ended.test, "", 0, "", ""}, at);
    open = open_.end() - 1;
  }
  TestRecord test = std::move(open->test);
  open_.erase(open);
  test.took_ms = ended.took_ms;
  test.failures = ended.failures;
  test.properties = ended.properties;
  test.order = at.order;
  test.verdict = ended.result.value_or(Verdict::inconclusive);
  test.reason = test.verdict == Verdict::skipped ? ended.skip_reason : ended.expectation;
  if (!ended.result) test.reason = "its result is not one of the known verdicts";
  if (test.verdict == Verdict::skipped && test.reason.empty()) test.reason = "no reason was given";
  if (test.verdict == Verdict::passed && !test.failures.empty()) test.verdict = Verdict::failed;
  suite_.tests.push_back(std::move(test));
  last_ns_ = at.t_ns;
}

void SuiteBuilder::fire_watchdog(const journal::WatchdogFired& fired) {
  watchdogs_[fired.test] = fired;
}

void SuiteBuilder::end(const journal::SuiteEnded& ended, const Moment& at) {
  suite_.ended = true;
  suite_.exit_code = ended.exit_code;
  suite_.signal = ended.signal;
  suite_.timed_out = ended.timed_out;
  suite_.trouble = ended.trouble;
  suite_.order = at.order;
  last_ns_ = at.t_ns;
}

// What became of a test that has no end of its own.
void SuiteBuilder::interrupt(Open& open, bool run_ended) {
  TestRecord& test = open.test;
  const auto fired = watchdogs_.count(test.name) ? watchdogs_.find(test.name) : watchdogs_.find("");
  test.took_ms = std::max<std::int64_t>(0, (last_ns_ - open.since_ns) / 1'000'000);
  if (fired != watchdogs_.end() || suite_.timed_out) {
    test.verdict = Verdict::hang;
    test.reason = "no end before its deadline";
    if (fired != watchdogs_.end()) {
      const journal::WatchdogFired& w = fired->second;
      test.reason =
          format("no end within {} ms{}", w.limit_ms, w.phase ? format(", in the phase {}", to_string(*w.phase)) : "");
      if (!w.evidence.empty()) test.failures.push_back({"", 0, w.evidence});
    }
  } else if (suite_.ended && suite_.signal != 0 && !stopped_.empty()) {
    test.verdict = Verdict::inconclusive;
    test.reason = format("its process was stopped by us: {}", stopped_);
  } else if (suite_.ended && suite_.signal != 0 && !suite_.trouble.empty()) {
    test.verdict = Verdict::harness;
    test.reason = format("its process was ended by us: {}", suite_.trouble);
  } else if (suite_.ended && suite_.signal != 0) {
    test.verdict = Verdict::crash;
    test.reason = format("its process died of {}", signal_name(suite_.signal));
  } else if (suite_.ended) {
    test.verdict = Verdict::crash;
    test.reason = format("its process ended with exit code {} in the middle of the test", suite_.exit_code);
  } else {
    test.verdict = Verdict::harness;
    test.reason = run_ended ? "the record has no end of its suite" : "it was running when the record of the run stops";
  }
}

SuiteRecord SuiteBuilder::finish(bool run_ended) {
  std::multiset<std::string> unrun(planned_.begin(), planned_.end());
  const auto forget = [&](const std::string& name) {
    if (const auto at = unrun.find(name); at != unrun.end()) unrun.erase(at);
  };
  for (Open& open : open_) {
    interrupt(open, run_ended);
    suite_.tests.push_back(std::move(open.test));
  }
  open_.clear();
  for (const TestRecord& test : suite_.tests) forget(test.name);
  for (const std::string& name : planned_) {
    if (!unrun.count(name)) continue;
    forget(name);
    TestRecord test;
    test.suite = suite_.name;
    test.name = name;
    test.reason = "planned, but never started";
    test.order = suite_.order;
    suite_.tests.push_back(std::move(test));
  }
  suite_.took_ms = std::max<std::int64_t>(0, (last_ns_ - since_ns_) / 1'000'000);
  return std::move(suite_);
}

}  // namespace exo_reports
