#include <algorithm>
#include <map>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_reports/gate_documents.h"

#include "document/xml_writer.h"
#include "gate/gate_words.h"
#include "record/measured_subject.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;

// Of one test, comparison, key or run: what it came to.
struct Case {
  std::string class_name, name;
  GateVerdict verdict = GateVerdict::pass;
  std::string rule, what;
  bool flaky = false, quarantined = false;
};

bool is_of_tests(const GateReason& reason) {
  return reason.rule.starts_with("test.") && reason.rule != "test.storm";
}

class Cases {
 public:
  explicit Cases(const GateResult& result) {
    for (const TestComparison& test : result.tests) {
      Case& one = add("gate." + (test.suite.empty() ? "tests" : test.suite), test.name);
      by_test_[test.name] = cases_.size() - 1;
      one.flaky = test.outcome == "known_flake" || test.outcome == "flaky_suspect";
      one.quarantined = test.outcome == "quarantined";
    }
    for (const PerformanceComparison& p : result.performance) {
      if (p.primary && p.verdict == GateVerdict::pass) add("gate.performance", subject_of(p) + " " + p.metric);
    }
    for (const AnswerComparison& a : result.answers) {
      if (a.outcome == "identical") add("gate.answers", asked_in_words(a));
    }
    for (const GateReason& reason : result.reasons) take(reason);
  }

  const std::vector<Case>& all() const { return cases_; }

 private:
  Case& add(const std::string& class_name, const std::string& name) {
    std::string unique = sanitized_line(name, 380);
    while (!names_.emplace(class_name, unique).second) unique += " again";
    Case& one = cases_.emplace_back();
    one.class_name = sanitized_line(class_name, 380);
    std::replace(one.class_name.begin(), one.class_name.end(), '/', '.');  // Readers split packages at it.
    one.name = unique;
    return one;
  }

  // What only warns fails no case: it stands with its test, or in the other documents.
  void take(const GateReason& reason) {
    const auto test = by_test_.find(reason.subject);
    const bool has_case = is_of_tests(reason) && test != by_test_.end();
    if (!has_case && reason.verdict == GateVerdict::pass) return;
    Case& one = has_case
                    ? cases_[test->second]
                    : add("gate." + reason.rule.substr(0, reason.rule.find('.')), reason.rule + " " + reason.subject);
    if (!one.rule.empty() && one.verdict >= reason.verdict) return;
    one.verdict = reason.verdict;
    one.rule = reason.rule;
    one.what = reason.what;
  }

  std::vector<Case> cases_;
  std::map<std::string, std::size_t> by_test_;
  std::set<std::pair<std::string, std::string>> names_;
};

void put_problem(XmlWriter& xml, const char* element, const Case& one) {
  xml.open(element);
  xml.attribute("message", one.what.empty() ? one.rule : one.what);
  xml.attribute("type", one.verdict == GateVerdict::fail           ? "GateRegression"
                        : one.verdict == GateVerdict::inconclusive ? "Inconclusive"
                                                                   : "Incomparable");
  xml.text(one.rule + ": " + one.what, 4096);
  xml.close();
}

void put_flake(XmlWriter& xml, const Case& one) {
  xml.open("flakyFailure");
  xml.attribute("message", one.what);
  xml.attribute("type", "GateFlake");
  xml.element("stackTrace", one.what, 4096);
  xml.close();
}

void put_case(XmlWriter& xml, const Case& one) {
  xml.open("testcase");
  xml.attribute("classname", one.class_name);
  xml.attribute("name", one.name);
  xml.attribute("time", "0.000");
  if (one.quarantined) {
    xml.open("skipped");
    xml.attribute("message", "in quarantine: " + one.what);
    xml.close();
  } else if (one.verdict != GateVerdict::pass) {
    put_problem(xml, one.verdict == GateVerdict::fail ? "failure" : "error", one);
  } else if (one.flaky) {
    put_flake(xml, one);
  }
  xml.close();
}

void put_counts(XmlWriter& xml, const std::vector<Case>& cases) {
  int failures = 0, errors = 0, skipped = 0;
  for (const Case& one : cases) {
    if (one.quarantined) ++skipped;
    if (!one.quarantined && one.verdict == GateVerdict::fail) ++failures;
    if (!one.quarantined && (one.verdict == GateVerdict::inconclusive || one.verdict == GateVerdict::incomparable)) {
      ++errors;
    }
  }
  xml.attribute("tests", format("{}", cases.size()));
  xml.attribute("failures", format("{}", failures));
  xml.attribute("errors", format("{}", errors));
  xml.attribute("skipped", format("{}", skipped));
}

constexpr const char* kNoTime = "1970-01-01T00:00:00";  // The document is a function of the result alone.

}  // namespace

std::string gate_junit_xml(const GateResult& result, const GateNames& names) {
  const Cases cases(result);
  XmlWriter xml;
  xml.open("testsuites");
  xml.attribute("name", "upgrade gate");
  put_counts(xml, cases.all());
  xml.attribute("time", "0.000");
  xml.attribute("timestamp", kNoTime);
  xml.open("testsuite");
  xml.attribute("name", "upgrade gate");
  xml.attribute("id", "0");
  xml.attribute("hostname", "gate");
  xml.attribute("timestamp", kNoTime);
  xml.attribute("time", "0.000");
  put_counts(xml, cases.all());
  xml.open("properties");
  for (const auto& [name, value] :
       std::map<std::string, std::string>{{"verdict", std::string(to_string(result.verdict))},
                                          {"sentence", result.sentence},
                                          {"baseline", names.baseline.front()},
                                          {"candidate", names.candidate.front()},
                                          {"report", "gate.html"}}) {
    xml.open("property");
    xml.attribute("name", name);
    xml.attribute("value", value);
    xml.close();
  }
  xml.close();
  for (const Case& one : cases.all()) put_case(xml, one);
  xml.element("system-out", "");
  xml.element("system-err", "");
  xml.close();
  xml.close();
  return std::move(xml).text();
}

}  // namespace exo_reports
