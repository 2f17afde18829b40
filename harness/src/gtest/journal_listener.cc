#include "journal_listener.h"

#include "exo_harness/core/excerpt.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/test_name.h"
#include "exo_harness/core/text.h"

#include "session.h"

namespace exo_harness::gtest {
namespace {

std::string full_name(const testing::TestInfo& test) {
  return format("{}.{}", test.test_suite_name(), test.name());
}

// `Scenarios/Chat.Answers/llama_single` belongs to the scenario of that name.
void set_parameters(const std::string& name, journal::TestStarted& started) {
  const std::string_view parameter = parts_of_test(name).parameter;
  if (parameter.empty()) return;
  for (const Scenario& scenario : scenarios()) {
    if (parameter != name_of(scenario)) continue;
    started.model = scenario.model.id;
    started.placement = exo::short_name(scenario.mode);
    return;
  }
}

std::string without_prefix(std::string text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

// FAIL() puts a line `Failed` before what was said, which would be all that a summary of one line shows.
journal::TestFailure failure_of(const testing::TestPartResult& part) {
  return {part.file_name() ? relative_source(part.file_name()) : "", std::max(0, part.line_number()),
          without_prefix(message_of(part), "Failed\n")};
}

Verdict verdict_of_test(const testing::TestResult& result, const CurrentTest& test, bool threw) {
  if (result.Skipped()) return Verdict::skipped;
  if (result.Passed()) return test.reported.value_or(Verdict::passed);
  if (test.reported && *test.reported != Verdict::passed && *test.reported != Verdict::expected_failure)
    return *test.reported;
  if (test.met) return *test.met;
  return threw ? Verdict::harness : Verdict::failed;
}

}  // namespace

std::string message_of(const testing::TestPartResult& part) {
  Excerpt excerpt(32u << 10);
  excerpt.add(part.message());
  return excerpt.text();
}

std::string relative_source(const std::string& file) {
  for (const char* folder : {"suites/", "harness/", "tools/", "reports/"}) {
    const auto at = file.rfind(folder);
    if (at != std::string::npos && (at == 0 || file[at - 1] == '/')) return file.substr(at);
  }
  return file;
}

void JournalListener::OnTestProgramStart(const testing::UnitTest& unit) {
  journal::SuiteStarted started{session().suite, {}};
  for (int i = 0; i < unit.total_test_suite_count(); ++i) {
    const testing::TestSuite& suite = *unit.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      if (suite.GetTestInfo(j)->should_run()) started.planned.push_back(full_name(*suite.GetTestInfo(j)));
    }
  }
  session().journal().append(started);
}

void JournalListener::OnTestSuiteStart(const testing::TestSuite& suite) {
  suite_ = suite.name();
}

void JournalListener::OnTestStart(const testing::TestInfo& test) {
  end_outside(suite_ + ".SetUpTestSuite");
  in_test_ = true;
  threw_ = false;
  session().test = {};
  session().test.name = full_name(test);
  journal::TestStarted started;
  started.suite = session().suite;
  started.test = full_name(test);
  started.file = relative_source(test.file());
  started.line = test.line();
  set_parameters(started.test, started);
  session().journal().append(started);
  ended_ = {};
  ended_.suite = session().suite;
  ended_.test = started.test;
}

void JournalListener::OnTestPartResult(const testing::TestPartResult& part) {
  if (part.passed()) return;
  if (!in_test_) {
    if (part.failed()) outside_.push_back(failure_of(part));
  } else if (part.skipped()) {
    ended_.skip_reason = trim(without_prefix(part.message(), "Skipped\n"));
  } else {
    ended_.failures.push_back(failure_of(part));
    threw_ |= part.file_name() == nullptr && contains(part.message(), "exception");
  }
}

void JournalListener::OnTestEnd(const testing::TestInfo& test) {
  const testing::TestResult& result = *test.result();
  Session& s = session();
  in_test_ = false;
  ended_.result = verdict_of_test(result, s.test, threw_);
  if (s.test.met_failure) {
    ended_.failure_kind = s.test.met_failure->kind;
    ended_.failure = s.test.met_failure->what;
  }
  ended_.took_ms = result.elapsed_time();
  ended_.expectation = s.test.expectation;
  if (!result.Skipped()) ended_.skip_reason.clear();
  for (int i = 0; i < result.test_property_count(); ++i) {
    ended_.properties[result.GetTestProperty(i).key()] = result.GetTestProperty(i).value();
  }
  s.write_exchanges(result.Failed());
  s.journal().append(ended_);
  s.journal().sync();
  s.test = {};
  if (result.Failed()) count(*ended_.result);
}

void JournalListener::OnTestSuiteEnd(const testing::TestSuite& suite) {
  end_outside(std::string(suite.name()) + ".SetUpOrTearDownTestSuite");
}

void JournalListener::OnTestProgramEnd(const testing::UnitTest&) {
  end_outside("Environment.SetUpOrTearDown");
  session().journal().sync();
}

void JournalListener::count(Verdict verdict) {
  ++(verdict == Verdict::environment ? environment_ : verdict == Verdict::harness ? harness_ : other_);
}

void JournalListener::end_outside(const std::string& name) {
  if (outside_.empty()) return;
  journal::TestStarted started;
  started.suite = session().suite;
  started.test = name;
  started.file = outside_.front().file;
  started.line = outside_.front().line;
  session().journal().append(started);
  journal::TestEnded ended;
  ended.suite = session().suite;
  ended.test = name;
  ended.result = Verdict::failed;
  ended.failures = outside_;
  session().journal().append(ended);
  outside_.clear();
  ++other_;
}

}  // namespace exo_harness::gtest
