#include <csignal>
#include <map>
#include <utility>

#include "exo_harness/core/format.h"

#include "suite_builder.h"

namespace exo_reports {
namespace {

void fold_test(TestRecord& into, TestRecord next) {
  std::vector<Verdict> attempts = into.attempts;
  attempts.push_back(next.verdict);
  if (next.verdict > into.verdict) into = std::move(next);
  into.attempts = std::move(attempts);
}

void fold_tests(SuiteRecord& suite, std::vector<TestRecord> tests, std::map<std::string, std::size_t>& places) {
  for (TestRecord& test : tests) {
    const auto [place, is_new] = places.emplace(test.name, suite.tests.size());
    if (!is_new) {
      fold_test(suite.tests[place->second], std::move(test));
      continue;
    }
    test.attempts = {test.verdict};
    suite.tests.push_back(std::move(test));
  }
}

// The graver end of two starts of one suite.
void fold_end(SuiteRecord& into, const SuiteRecord& next) {
  into.took_ms += next.took_ms;
  into.ended = into.ended && next.ended;
  into.timed_out = into.timed_out || next.timed_out;
  if (into.signal == 0) into.signal = next.signal;
  const auto is_harmless = [](int code) { return code == 0 || code == 5 || code == 77; };
  if (is_harmless(into.exit_code) && (into.exit_code != 0 || !is_harmless(next.exit_code))) {
    into.exit_code = next.exit_code;
  }
  if (into.trouble.empty()) into.trouble = next.trouble;
}

}  // namespace

std::vector<SuiteRecord> fold_suites(std::vector<SuiteRecord> starts) {
  std::vector<SuiteRecord> suites;
  std::map<std::string, std::size_t> places;
  std::vector<std::map<std::string, std::size_t>> tests;
  for (SuiteRecord& start : starts) {
    const auto [place, is_new] = places.emplace(start.name, suites.size());
    std::vector<TestRecord> ran = std::move(start.tests);
    start.tests.clear();
    if (is_new) {
      suites.push_back(std::move(start));
      tests.emplace_back();
    } else {
      fold_end(suites[place->second], start);
    }
    fold_tests(suites[place->second], std::move(ran), tests[place->second]);
  }
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
