#include <algorithm>
#include <map>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_reports/documents.h"

#include "sanitize.h"
#include "xml_writer.h"

namespace exo_reports {
namespace {

using exo_harness::format;

// Readers refuse or cut files of 25 to 30 MB, and text nodes of 10 MB.
constexpr std::size_t kTextBudgetBytes = 16u << 20;
constexpr std::size_t kMaxTextBytes = 64u << 10;
constexpr std::size_t kMinTextBytes = 512;
constexpr std::size_t kMaxNameBytes = 400;  // Short enough to carry a number after it.

struct Problem {
  const char* element;  // `failure`: the product is wrong; `error`: it could not be judged, or the process died.
  const char* type;
};

Problem problem_of(Verdict verdict, bool ran) {
  switch (verdict) {
    case Verdict::failed:
      return {"failure", "Assertion"};
    case Verdict::unexpected_pass:
      return {"failure", "UnexpectedPass"};
    case Verdict::lost:
      return {"failure", "Lost"};
    case Verdict::hang:
      return {"error", "Hang"};
    case Verdict::crash:
      return {"error", "Crash"};
    case Verdict::environment:
      return {"error", "Environment"};
    case Verdict::harness:
      return {"error", "Harness"};
    default:
      return {"error", ran ? "Inconclusive" : "NotRun"};
  }
}

struct CaseText {
  std::string class_name, name, file;
  int line = 0;
  std::int64_t took_ms = 0;
  std::string timestamp;
  std::vector<std::pair<std::string, std::string>> properties;
  Verdict verdict = Verdict::passed;
  bool ran = true;
  std::string message, text, output;
};

struct SuiteText {
  std::string name, timestamp;
  std::int64_t took_ms = 0;
  std::vector<CaseText> cases;
};

// `2026-11-25T03:30:00`, as schemas want it: UTC without zone and fraction.
std::string stamp(const std::string& utc) {
  const bool is_stamp = utc.size() >= 19 && utc[4] == '-' && utc[10] == 'T' &&
                        std::all_of(utc.begin(), utc.begin() + 19,
                                    [](char c) { return (c >= '0' && c <= '9') || c == '-' || c == 'T' || c == ':'; });
  return is_stamp ? utc.substr(0, 19) : "1970-01-01T00:00:00";
}

std::string location(const exo_harness::journal::TestFailure& failure) {
  return failure.file.empty() ? "" : format("{}:{}: ", failure.file, failure.line);
}

std::string text_of(const TestRecord& test) {
  std::string text;
  for (const auto& failure : test.failures) text += location(failure) + failure.message + "\n";
  if (!test.reason.empty()) text += test.reason + "\n";
  return text;
}

std::string output_of(const TestRecord& test) {
  std::string out;
  for (const auto& d : test.diagnoses) {
    out += format("cause: {}\nremedy: {}\n", d.cause, d.remedy);
    if (!d.signature.empty()) out += format("signature: {}\n", d.signature);
    for (const std::string& line : d.evidence) out += line + "\n";
  }
  for (const auto& e : test.exchanges) {
    out += format("{} {} -> {} ({})\n{}\n", e.method, e.url, e.status, failure_text(e), e.response_body);
  }
  return out.empty() ? out : out + format("all of it: report.html#{}\n", test.id);
}

std::string message_of(const TestRecord& test) {
  if (test.verdict != Verdict::failed && !test.reason.empty()) return test.reason;
  if (!test.failures.empty()) return summary_line(test.failures.front().message);
  return std::string(humanize(test.verdict));
}

CaseText case_of(const TestRecord& test) {
  CaseText text;
  const std::size_t dot = test.name.find('.');
  text.class_name = test.suite + "." + test.name.substr(0, dot);
  // A reader takes slashes of a class for folders, and dots for packages.
  std::replace(text.class_name.begin(), text.class_name.end(), '/', '.');
  text.name = dot == std::string::npos ? test.name : test.name.substr(dot + 1);
  const std::string file = sanitized_line(test.file);
  if (!file.empty() && file[0] != '/' && file[0] != '\\' && test.line > 0) {
    text.file = file;
    text.line = test.line;
    // The failing line, where it is in the same file: annotations then land where the reader looks.
    for (const auto& failure : test.failures) {
      if (failure.file == test.file && failure.line > 0) {
        text.line = failure.line;
        break;
      }
    }
  }
  text.took_ms = test.took_ms;
  text.timestamp = test.started_utc;
  text.properties.emplace_back("verdict", to_string(test.verdict));
  if (!test.model.empty()) text.properties.emplace_back("model", test.model);
  if (!test.placement.empty()) text.properties.emplace_back("placement", test.placement);
  if (test.verdict == Verdict::expected_failure) text.properties.emplace_back("expectation", test.reason);
  for (const auto& d : test.diagnoses) {
    if (!d.signature.empty()) text.properties.emplace_back("signature", d.signature);
  }
  if (test.attempts.size() > 1) {
    std::vector<std::string> words;
    for (const Verdict v : test.attempts) words.emplace_back(to_string(v));
    text.properties.emplace_back("attempts", format("{};{}", words.size(), exo_harness::join(words, ",")));
  }
  for (const auto& [name, value] : test.properties) text.properties.emplace_back(name, value);
  text.verdict = test.verdict;
  text.ran = test.ran;
  text.message = message_of(test);
  text.text = text_of(test);
  text.output = output_of(test);
  return text;
}

// What is wrong outside of all tests gets cases of its own: a reader of this file alone must not see green.
SuiteText suite_of_the_run(const RunRecord& run) {
  SuiteText suite{"exo-harness run", run.started_utc, run.took_ms, {}};
  for (const Reason& reason : run.judgement.reasons) {
    if (!reason.anchor.empty()) continue;
    CaseText text;
    text.class_name = "exo-harness.run";
    text.name = reason.subject;
    text.verdict = reason.verdict;
    text.message = reason.what;
    text.text = reason.what + "\n" + reason.remedy;
    suite.cases.push_back(std::move(text));
  }
  if (suite.cases.empty() && run.judgement.exit_code == exo_harness::ExitCode::nothing_selected) {
    CaseText text;
    text.class_name = "exo-harness.run";
    text.name = "selection";
    text.verdict = Verdict::inconclusive;
    text.message = "no test was selected";
    suite.cases.push_back(std::move(text));
  }
  return suite;
}

// Some readers keep only the first of two cases of one name; and long names may be the same once they are cut.
void make_names_unique(std::vector<SuiteText>& suites) {
  std::map<std::string, int> suite_names;
  const auto number = [](std::string& name, int count) {
    name = sanitized_line(name, kMaxNameBytes);
    if (count > 1) name = format("{} ({})", name, count);
  };
  for (SuiteText& suite : suites) {
    number(suite.name, ++suite_names[sanitized_line(suite.name, kMaxNameBytes)]);
    std::map<std::pair<std::string, std::string>, int> names;
    for (CaseText& one : suite.cases) {
      number(one.name, ++names[{sanitized_line(one.class_name), sanitized_line(one.name, kMaxNameBytes)}]);
    }
  }
}

std::vector<SuiteText> suites_of(const RunRecord& run) {
  std::vector<SuiteText> suites;
  for (const SuiteRecord& suite : run.suites) {
    SuiteText text{suite.name, suite.started_utc, suite.took_ms, {}};
    for (const TestRecord& test : suite.tests) text.cases.push_back(case_of(test));
    if (!text.cases.empty()) suites.push_back(std::move(text));
  }
  SuiteText of_the_run = suite_of_the_run(run);
  if (!of_the_run.cases.empty()) suites.push_back(std::move(of_the_run));
  make_names_unique(suites);
  return suites;
}

struct Counts {
  int tests = 0, failures = 0, errors = 0, skipped = 0;
  void add(const CaseText& one) {
    ++tests;
    if (one.verdict == Verdict::skipped) {
      ++skipped;
    } else if (!is_good(one.verdict)) {
      ++(std::string_view(problem_of(one.verdict, one.ran).element) == "failure" ? failures : errors);
    }
  }
};

class JunitWriter {
 public:
  JunitWriter(const RunRecord& run, bool rich) : run_(run), rich_(rich), suites_(suites_of(run)) {
    std::size_t bad = 1;
    for (const SuiteText& suite : suites_) {
      for (const CaseText& one : suite.cases) bad += is_good(one.verdict) ? 0 : 2;
    }
    text_limit_ = std::clamp(kTextBudgetBytes / bad, kMinTextBytes, kMaxTextBytes);
  }

  std::string write() {
    Counts all;
    for (const SuiteText& suite : suites_) {
      for (const CaseText& one : suite.cases) all.add(one);
    }
    xml_.open("testsuites");
    xml_.attribute("name", "exo-cluster");
    put_counts(all, rich_);
    xml_.attribute("time", seconds(run_.took_ms));
    if (rich_) xml_.attribute("timestamp", stamp(run_.started_utc));
    for (std::size_t i = 0; i < suites_.size(); ++i) put_suite(suites_[i], i);
    xml_.close();
    return std::move(xml_).text();
  }

 private:
  void put_counts(const Counts& counts, bool with_skipped) {
    xml_.attribute("tests", format("{}", counts.tests));
    xml_.attribute("failures", format("{}", counts.failures));
    xml_.attribute("errors", format("{}", counts.errors));
    if (with_skipped) xml_.attribute("skipped", format("{}", counts.skipped));
  }

  void put_suite(const SuiteText& suite, std::size_t number) {
    Counts counts;
    for (const CaseText& one : suite.cases) counts.add(one);
    xml_.open("testsuite");
    xml_.attribute("name", suite.name.empty() ? "unnamed" : suite.name);
    xml_.attribute("id", format("{}", number));
    xml_.attribute("hostname", run_.host.empty() ? "unknown" : run_.host);
    xml_.attribute("timestamp", stamp(suite.timestamp));
    xml_.attribute("time", seconds(suite.took_ms));
    put_counts(counts, true);
    std::vector<std::pair<std::string, std::string>> properties;
    for (const auto& [key, value] : run_.facts) properties.emplace_back(key, value);
    for (const auto& tried : run_.strategies) {
      properties.emplace_back("strategy.model", tried.model);
      properties.emplace_back("strategy.outcome", tried.outcome);
      properties.emplace_back("strategy.fallback", tried.fallback);
      properties.emplace_back("strategy.fallback_fit", tried.fallback_fit);
      properties.emplace_back("strategy.answer", tried.answer);
    }
    properties.emplace_back("run", run_.run_id);
    properties.emplace_back("report", "report.html");
    put_properties(properties);
    for (const CaseText& one : suite.cases) put_case(one);
    xml_.element("system-out", "");
    xml_.element("system-err", "");
    xml_.close();
  }

  void put_properties(const std::vector<std::pair<std::string, std::string>>& properties) {
    xml_.open("properties");
    for (const auto& [name, value] : properties) {
      xml_.open("property");
      xml_.attribute("name", name.empty() ? "unnamed" : name);
      xml_.attribute("value", value);
      xml_.close();
    }
    xml_.close();
  }

  void put_case(const CaseText& one) {
    xml_.open("testcase");
    xml_.attribute("classname", one.class_name);
    xml_.attribute("name", one.name.empty() ? "unnamed" : one.name);
    if (rich_ && !one.file.empty()) {
      xml_.attribute("file", one.file);
      xml_.attribute("line", format("{}", one.line));
    }
    xml_.attribute("time", seconds(one.took_ms));
    if (rich_ && !one.timestamp.empty()) xml_.attribute("timestamp", stamp(one.timestamp));
    if (rich_ && !one.properties.empty()) put_properties(one.properties);
    if (one.verdict == Verdict::skipped) {
      xml_.open("skipped");
      xml_.attribute("message", one.message);
      xml_.close();
    } else if (!is_good(one.verdict)) {
      const Problem problem = problem_of(one.verdict, one.ran);
      xml_.open(problem.element);
      xml_.attribute("message", one.message.empty() ? problem.type : one.message);
      xml_.attribute("type", problem.type);
      xml_.text(one.text, text_limit_);
      xml_.close();
      if (!one.output.empty()) xml_.element("system-out", one.output, text_limit_);
    }
    xml_.close();
  }

  const RunRecord& run_;
  bool rich_;
  std::vector<SuiteText> suites_;
  std::size_t text_limit_;
  XmlWriter xml_;
};

}  // namespace

std::string junit_xml(const RunRecord& run, JunitProfile profile) {
  return JunitWriter(run, profile == JunitProfile::rich).write();
}

}  // namespace exo_reports
