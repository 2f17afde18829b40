#include "exo_reports/gate_documents.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"

#include "dot_plot.h"
#include "made_run_test.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kHostile =
    "</script><img src=x onerror=alert(1)> \x1b[31m \xff @team #123 ::error::x | `a` ]]> \xe2\x80\xae";

// A gate with one of each: whatever a cluster can say stands in it.
std::pair<GateSide, GateSide> hostile_sides() {
  std::vector<double> fast, slow;
  for (int i = 0; i < 10; ++i) {
    fast.push_back(100 + i % 3);
    slow.push_back(80 + i % 3);
  }
  auto [a, b] = interleaved(fast, slow);
  const auto fill = [&](GateRun& run, const std::string& result, double logprob, const std::string& token) {
    MadeRun made = made_run(run.record.run_id).at(result == "passed" ? 0 : 1).block(result == "passed" ? 100 : 80);
    made.test(std::string("A.") + kHostile, result, kHostile);
    for (int i = 0; i < 4; ++i) made.test("A.Flaky", i == 0 ? result : "passed", kHostile);
    made.add(journal::Fact{std::string("exo.") + kHostile, result + kHostile});
    journal::AnswerKept answer{"s", "t", kHostile, "single", kHostile, 0, token, "stop", 3, {}};
    answer.tokens = {{token, logprob, {"a", "b"}, {-0.1, -3.0}}};
    if (token == "b") answer.tokens[0].top = {"b", "a"};
    made.add(answer);
    const std::string name = run.name;
    run = made.run();
    run.name = name + kHostile;
  };
  fill(a.runs[0], "passed", -0.1, "a");
  fill(b.runs[0], "crash", -0.1, "b");
  for (std::size_t i = 1; i < 10; ++i) {
    for (GateSide* side : {&a, &b}) {
      side->runs[i].record.facts = side->runs[0].record.facts;
    }
  }
  return {a, b};
}

struct Documents {
  GateResult result;
  std::string json, markdown, junit, html;
};

Documents hostile_documents() {
  const auto [a, b] = hostile_sides();
  Documents made;
  made.result = gate(a, b, {});
  const GateNames names = names_of(a, b, "0.1.0");
  made.json = gate_json(made.result, names);
  made.markdown = gate_summary_md(made.result, names);
  made.junit = gate_junit_xml(made.result, names);
  made.html = gate_html(made.result, names);
  return made;
}

// Whether the program is there and takes the file.
int accepted_by(const std::string& program, const std::string& arguments) {
  if (std::system(("command -v " + program + " > /dev/null 2>&1").c_str()) != 0) return -1;
  return std::system((program + " " + arguments).c_str()) == 0 ? 1 : 0;
}

TEST(GateDocuments, TellTheSame) {
  const Documents made = hostile_documents();
  EXPECT_EQ(made.result.verdict, GateVerdict::fail);
  const auto json = nlohmann::json::parse(made.json);
  EXPECT_EQ("FAIL", json["verdict"]);
  EXPECT_EQ(1, json["exit_code"]);
  std::vector<std::string> rules;
  for (const auto& reason : json["reasons"]) rules.push_back(reason["rule"]);
  for (const char* rule : {"test.new_failure", "perf.block", "answer.real_divergence", "test.flaky_suspect"}) {
    EXPECT_THAT(rules, Contains(rule));
    EXPECT_THAT(made.markdown, HasSubstr(rule));
    EXPECT_THAT(made.html, HasSubstr(rule));
  }
  EXPECT_THAT(made.junit, HasSubstr("type=\"GateRegression\""));
  EXPECT_THAT(made.junit, HasSubstr("<flakyFailure "));
  EXPECT_THAT(made.html, HasSubstr("<svg "));
  EXPECT_THAT(made.html, HasSubstr("FAIL:"));
}

TEST(GateDocuments, ShowHostileTextAsTextAndNothingElse) {
  const Documents made = hostile_documents();
  EXPECT_THAT(made.html, Not(HasSubstr("<script")));
  for (const std::string* text : {&made.html, &made.junit, &made.markdown}) {
    EXPECT_THAT(*text, Not(HasSubstr("<img")));
    EXPECT_THAT(*text, Not(HasSubstr("</script>")));
    EXPECT_THAT(*text, Not(HasSubstr("\x1b")));
    EXPECT_THAT(*text, Not(HasSubstr("\xe2\x80\xae")));
  }
  EXPECT_THAT(made.markdown, Not(HasSubstr("\n::")));
  EXPECT_THAT(gate_annotations(made.result), Not(HasSubstr("::error::x |\n")));
}

TEST(GateDocuments, JunitKeepsToItsSchema) {
  const exo_harness::TemporaryFolder folder;
  exo_harness::write_file(folder.path() / "gate-junit.xml", hostile_documents().junit);
  const int accepted = accepted_by("xmllint", "--noout --schema '" EXO_SOURCE_DIR "/reports/junit-rich.xsd' '" +
                                                  (folder.path() / "gate-junit.xml").string() + "'");
  if (accepted < 0) GTEST_SKIP() << "xmllint is not installed (libxml2-utils)";
  EXPECT_EQ(accepted, 1);
}

TEST(GateDocuments, JsonKeepsToItsSchema) {
  const auto schema = nlohmann::json::parse(exo_harness::read_file(EXO_SOURCE_DIR "/reports/gate.schema.json"));
  const exo_harness::TemporaryFolder folder;
  const auto refused = gate({{made_run("a").run()}}, {{made_run("a").run()}}, {});
  const GateSide side{{made_run("a").run()}};
  int number = 0;
  for (const std::string& text : {hostile_documents().json, gate_json(refused, names_of(side, side, "0.1.0"))}) {
    const auto json = nlohmann::json::parse(text);
    for (const auto& key : schema["required"]) EXPECT_TRUE(json.contains(key.get<std::string>())) << key;
    EXPECT_EQ(json.size(), schema["properties"].size());
    exo_harness::write_file(folder.path() / ("gate" + std::to_string(number++) + ".json"), text);
  }
  if (accepted_by("python3", "-c 'import jsonschema' 2> /dev/null") != 1) {
    GTEST_SKIP() << "the whole schema was not asked: no python3-jsonschema";
  }
  for (int i = 0; i < number; ++i) {
    EXPECT_EQ(accepted_by("python3",
                          "-c \"import json,jsonschema,sys; jsonschema.validate(json.load(open(sys.argv[1])), "
                          "json.load(open(sys.argv[2])))\" '" +
                              (folder.path() / ("gate" + std::to_string(i) + ".json")).string() +
                              "' '" EXO_SOURCE_DIR "/reports/gate.schema.json'"),
              1);
  }
}

TEST(GateDocuments, SummaryStaysSmallAndAnnotationsFew) {
  MadeRun a = made_run("a"), b = made_run("b");
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "Long." + std::string(300, 'x') + std::to_string(i);
    a.test(name, "passed");
    b.test(name, "failed", std::string(2000, 'y'));
  }
  const GateResult result = gate({{a.run()}}, {{b.run()}}, {});
  const GateSide side{{a.run()}};
  EXPECT_LE(gate_summary_md(result, names_of(side, side, "0.1.0")).size(), 200'000u);
  const std::string annotations = gate_annotations(result);
  EXPECT_EQ(std::count(annotations.begin(), annotations.end(), '\n'), 10);
  EXPECT_THAT(annotations, StartsWith("::error title=upgrade gate test.new_failure::"));
}

TEST(DotPlot, HasADotForEachBlockAndEscapesItsTitle) {
  PerformanceComparison one;
  one.metric = "<ttft>";
  one.baseline = {1, 2, 3};
  one.candidate = {2, 3};
  const std::string svg = dot_plot_svg(one, 7);
  const auto count = [&](const std::string& part) {
    int found = 0;
    for (std::size_t at = svg.find(part); at != std::string::npos; at = svg.find(part, at + 1)) ++found;
    return found;
  };
  EXPECT_EQ(count("<circle"), 5);
  EXPECT_THAT(svg, HasSubstr("&lt;ttft&gt;"));
  EXPECT_EQ(dot_plot_svg(PerformanceComparison(), 0), "");
}

}  // namespace
}  // namespace exo_reports
