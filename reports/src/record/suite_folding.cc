#include <algorithm>
#include <csignal>
#include <map>
#include <utility>

#include "exo_harness/core/format.h"

#include "suite_builder.h"

namespace exo_reports {
namespace {

// All starts of one suite, brought together.
struct Folding {
  SuiteRecord suite;
  std::map<std::string, std::size_t> places;  // Test → its place in the suite.
  std::map<std::string, TestRecord> owed;     // Planned by the last start that knew it, and not run in it.
};

void fold_test(TestRecord& into, TestRecord next) {
  std::vector<Verdict> attempts = into.ran ? into.attempts : std::vector<Verdict>();
  attempts.push_back(next.verdict);
  if (!into.ran || next.verdict > into.verdict) into = std::move(next);
  into.attempts = std::move(attempts);
}

// After a crash the rest of the tests runs in a new process: what the first start only planned is owed until then.
void fold_tests(Folding& into, std::vector<TestRecord> tests) {
  for (TestRecord& test : tests) {
    const auto [place, is_new] = into.places.emplace(test.name, into.suite.tests.size());
    test.ran ? void(into.owed.erase(test.name)) : void(into.owed[test.name] = test);
    if (is_new) {
      test.attempts = {test.verdict};
      into.suite.tests.push_back(std::move(test));
    } else if (test.ran) {
      fold_test(into.suite.tests[place->second], std::move(test));
    }
  }
}

SuiteRecord settle(Folding folding) {
  for (auto& [name, owed] : folding.owed) {
    TestRecord& test = folding.suite.tests[folding.places.at(name)];
    if (test.ran && owed.verdict > test.verdict) fold_test(test, std::move(owed));
  }
  return std::move(folding.suite);
}

// The graver end of two starts of one suite.
void fold_end(SuiteRecord& into, const SuiteRecord& next) {
  into.took_ms += next.took_ms;
  into.ended = into.ended && next.ended;
  into.timed_out = into.timed_out || next.timed_out;
  if (into.signal == 0) into.signal = next.signal;
  const bool has_passed = into.exit_code == to_int(exo_harness::ExitCode::passed);
  if (exo_harness::ends_harmless(into.exit_code) && (!has_passed || !exo_harness::ends_harmless(next.exit_code))) {
    into.exit_code = next.exit_code;
  }
  if (into.trouble.empty()) into.trouble = next.trouble;
}

}  // namespace

std::vector<SuiteRecord> fold_suites(std::vector<SuiteRecord> starts) {
  std::vector<Folding> foldings;
  for (SuiteRecord& start : starts) {
    std::vector<TestRecord> tests = std::move(start.tests);
    start.tests.clear();
    auto same =
        std::find_if(foldings.begin(), foldings.end(), [&](const Folding& f) { return f.suite.name == start.name; });
    if (same == foldings.end()) {
      same = foldings.insert(foldings.end(), Folding{std::move(start), {}, {}});
    } else {
      fold_end(same->suite, start);
    }
    fold_tests(*same, std::move(tests));
  }
  std::vector<SuiteRecord> suites;
  for (Folding& folding : foldings) suites.push_back(settle(std::move(folding)));
  return suites;
}

std::string signal_name(int signal) {
  static const std::map<int, const char*> names = {
      {SIGHUP, "SIGHUP"},   {SIGINT, "SIGINT"},   {SIGQUIT, "SIGQUIT"}, {SIGILL, "SIGILL"},   {SIGTRAP, "SIGTRAP"},
      {SIGABRT, "SIGABRT"}, {SIGBUS, "SIGBUS"},   {SIGFPE, "SIGFPE"},   {SIGKILL, "SIGKILL"}, {SIGSEGV, "SIGSEGV"},
      {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"}, {SIGTERM, "SIGTERM"}, {SIGSTOP, "SIGSTOP"}, {SIGXCPU, "SIGXCPU"},
      {SIGXFSZ, "SIGXFSZ"}, {SIGSYS, "SIGSYS"}};
  const auto known = names.find(signal);
  return known != names.end() ? known->second : exo_harness::format("signal {}", signal);
}

}  // namespace exo_reports
