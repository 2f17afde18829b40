#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"
#include "exo_reports/documents.h"

#include "document/markdown.h"
#include "journal_text_test.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

namespace fs = std::filesystem;
namespace journal = exo_harness::journal;
using exo_harness::TemporaryFolder;
using journal::Body;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kHostile =
    "]]> </script><script>document.title='pwned'</script><img src=x onerror=alert(1)>{{{x}}} {{/tests}} <!--blocks--> "
    "\x1b[31mred\x1b[0m \x01 \xff\xfe \xed\xa0\x80 \xef\xbf\xbf \xe2\x80\xae"
    "evil\xe2\x81\xa6 ``` ````` @everyone #1 &amp; \"'";

// A run in which every text is `text`.
RunRecord run_saying(const std::string& text) {
  journal::TestStarted start{text, text + "." + text, text, 7, text, text};
  journal::TestEnded failed{text, text + "." + text, Verdict::failed, {}, text, 5, text,
                            text, {{text, 7, text}}, {{text, text}}};
  journal::TestStarted skip_start{text, "A." + text, "", 0, text, text};
  journal::TestEnded skipped{text, "A." + text, Verdict::skipped, {}, "", 5, text, text, {}, {}};
  journal::DiagnosisMade diagnosis{
      text + "." + text, Blame::product, std::nullopt, Phase::load, text, text, text, text, text, 1, {text, text}};
  const std::vector<Body> bodies = {
      journal::RunStarted{text, text, text, {text}, {{text, text}}},
      journal::Fact{text, text},
      journal::PhaseEnded{Phase::load, text, text, false, 4, exo_harness::FailureKind::exited, text, text},
      journal::PhaseEnded{std::nullopt, "", "", false, 4, {}, text, text},
      journal::ProcessExited{text, 5, 0, 11},
      journal::NodeSeen{"a" + text, text, text, text, text, text, 10, 5},
      journal::NodeSeen{"b" + text, text, text, text, text, text, 10, 5},
      journal::EdgeSeen{"a" + text, "b" + text, text, text},
      journal::StateChange{text, text, text, text, text, text, 1, text},
      journal::SuiteStarted{text, {text + "." + text, "B." + text}},
      start,
      journal::ExchangeDone{text + "." + text, text, text, 200, 1, 2, exo_harness::FailureKind::refused, text, 3, text,
                            text},
      failed,
      diagnosis,
      skip_start,
      skipped,
      journal::SuiteEnded{text, 1, 0, false, text},
      journal::PredictionSeen{text, text, text, text, text, text, text},
      journal::StrategyTried{text, text, text, text, text, true, {{text, text, text, true}}, text},
      journal::Finding{text, text, text, text},
      journal::Trouble{text, text, Blame::harness, false},
      journal::CleanUpDone{1, 1, 0, 1, {text}, text},
      journal::LogFile{text, "logs/x.log", text},
      journal::RunEnded{1, text},
  };
  return build_run_record(transcript_of(bodies));
}

std::string html_of(const RunRecord& run, const std::string& log) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path() / "logs");
  exo_harness::write_file(folder.path() / "logs/x.log", log);
  return report_html(run, folder.path());
}

// Whether xmllint accepts the text under the schema; skips without xmllint.
testing::AssertionResult is_valid(const std::string& xml, const std::string& schema) {
  const TemporaryFolder folder;
  exo_harness::write_file(folder.path() / "x.xml", xml);
  const std::string out = (folder.path() / "out").string();
  const std::string command = "xmllint --noout --schema '" + std::string(EXO_SOURCE_DIR) + "/reports/" + schema +
                              "' '" + (folder.path() / "x.xml").string() + "' > '" + out + "' 2>&1";
  const int status = std::system(command.c_str());
  if (status == 0) return testing::AssertionSuccess();
  return testing::AssertionFailure() << exo_harness::shorten(exo_harness::read_file(out), 2000);
}

bool has_xmllint() {
  return std::system("command -v xmllint > /dev/null 2>&1") == 0;
}

#define NEED_XMLLINT() \
  if (!has_xmllint()) GTEST_SKIP() << "xmllint is not installed (libxml2-utils)"

TEST(HostileText, LeavesBothJunitProfilesValid) {
  NEED_XMLLINT();
  const RunRecord run = run_saying(kHostile);
  EXPECT_TRUE(is_valid(junit_xml(run, JunitProfile::rich), "junit-rich.xsd"));
  EXPECT_TRUE(is_valid(junit_xml(run, JunitProfile::strict), "junit-strict.xsd"));
}

TEST(HostileText, OfTenMegabytesLeavesAllDocumentsSmall) {
  NEED_XMLLINT();
  auto test = ended("A.B", "failed");
  test.failures.push_back({"a.cc", 3, "start " + std::string(10u << 20, 'x') + "\n]]>end"});
  journal::DiagnosisMade diagnosis;
  diagnosis.test = "A.B";
  diagnosis.evidence = {std::string(10u << 20, '\x01')};
  const RunRecord run = build_run_record(transcript_of({started("A.B"), test, diagnosis}));
  const std::string xml = junit_xml(run, JunitProfile::rich);
  EXPECT_TRUE(is_valid(xml, "junit-rich.xsd"));
  EXPECT_LT(xml.size(), 1u << 20);
  EXPECT_LT(summary_md(run).size(), 200'000u);
  EXPECT_LT(html_of(run, "").size(), 1u << 20);
  EXPECT_LT(verdict_json(run).size(), 1u << 20);
}

TEST(HostileText, OfGreatLengthKeepsNamesUnique) {
  NEED_XMLLINT();
  const RunRecord run = run_saying(std::string(3000, 'x'));
  EXPECT_TRUE(is_valid(junit_xml(run, JunitProfile::rich), "junit-rich.xsd"));
}

TEST(HostileText, OfRandomBytesLeavesAllDocumentsWellFormed) {
  NEED_XMLLINT();
  std::mt19937 random(1);
  for (int round = 0; round < 20; ++round) {
    std::string bytes;
    for (int i = 0; i < 400; ++i) bytes += static_cast<char>(random());
    const RunRecord run = run_saying(bytes);
    ASSERT_TRUE(is_valid(junit_xml(run, JunitProfile::rich), "junit-rich.xsd")) << round;
    ASSERT_TRUE(nlohmann::json::accept(verdict_json(run)));
    ASSERT_TRUE(nlohmann::json::accept(manifest_json(run)));
    ASSERT_TRUE(exo_harness::is_utf8(html_of(run, bytes)));
    ASSERT_TRUE(exo_harness::is_utf8(summary_md(run)));
  }
}

TEST(HostileText, IsOnlyTextInThePage) {
  const std::string html = html_of(run_saying(kHostile), kHostile + "\n");
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("<script>document")));
  EXPECT_THAT(html, Not(HasSubstr("\xe2\x80\xae")));
  EXPECT_THAT(html, HasSubstr("\\u202Eevil"));
  EXPECT_THAT(html, HasSubstr("{{{x}}}"));
  // One script, ours; one end of it.
  EXPECT_EQ(html.find("<script>"), html.rfind("<script>"));
  EXPECT_EQ(html.find("</script>"), html.rfind("</script>"));
}

TEST(HostileText, IsOnlyCodeInTheSummary) {
  const std::string summary = summary_md(run_saying(kHostile));
  EXPECT_THAT(summary, StartsWith("``````]]>")) << "the answer of a strategy comes first";
  EXPECT_THAT(summary, HasSubstr("``````\n\nCRASH: "));
  EXPECT_THAT(summary, Not(HasSubstr("\n::")));
  // The fence is longer than any run of backticks inside.
  EXPECT_THAT(summary, HasSubstr("``````text\n"));
  for (const char* tag : {"<img", "<script", "</script"}) EXPECT_THAT(summary, Not(HasSubstr(tag)));
}

TEST(CodeSpan, CannotBeLeft) {
  EXPECT_EQ(code_span("a"), "`a`");
  EXPECT_EQ(code_span("`a` ``b``"), "``` `a` ``b`` ```");
  EXPECT_EQ(code_span(""), "`-`");
  EXPECT_EQ(code_span("a\nb"), "`a b`");
  EXPECT_EQ(table_cell("a|b"), "`a\\|b`");
  EXPECT_EQ(fenced("::error::x", 100), "```text\n ::error::x\n```\n");
}

TEST(Prose, IsCodeAsSoonAsItHasAMark) {
  EXPECT_EQ(prose("m works as tensor-2 (29 groups); it's fit."), "m works as tensor-2 (29 groups); it's fit.");
  EXPECT_EQ(prose("make_mask() failed"), "make_mask() failed");
  for (const char* marked :
       {"see @everyone", "a _b_", "a__b", "<b>", "#1", "[x](y)", "http://x", "www.x", "x::y", "1. x", "`"}) {
    EXPECT_EQ(prose(marked), code_span(marked));
  }
}

TEST(Shown, MakesControlsOfDirectionVisible) {
  EXPECT_EQ(sanitized("a\xe2\x80\xae"
                      "b\xe2\x81\xa9\xd8\x9c\xe2\x80\x8f"),
            "a\\u202Eb\\u2069\\u061C\\u200F");
  EXPECT_EQ(sanitized("fine: \xe2\x80\x94 \xd8\xa7"), "fine: \xe2\x80\x94 \xd8\xa7");
}

TEST(SummaryLine, IsTheAssertionInOneLine) {
  EXPECT_EQ(summary_line("Value of: x\nExpected: is 4\n  Actual: 5"), "x: expected is 4; was 5");
  EXPECT_EQ(summary_line("Expected equality of these values:\n  a\n    Which is: 1\n  2"),
            "Expected equality of these values: a Which is: 1 2");
  EXPECT_EQ(summary_line("Value of: x.ok()\n  Actual: false\nExpected: true\nanswered: 5"), "answered: 5");
  EXPECT_EQ(summary_line("Value of: x.ok()\n  Actual: false\nExpected: true\nGoogle Test trace:\na.cc:1: b"),
            "x.ok(): expected true; was false");
  EXPECT_EQ(summary_line("Value of: x.ok()\n  Actual: false\nExpected: true"), "x.ok(): expected true; was false");
  EXPECT_EQ(summary_line("boom\nmore"), "boom");
  EXPECT_EQ(summary_line(""), "");
}

TEST(Junit, WritesNumbersTheSameInEveryLocale) {
  const std::string before = junit_xml(run_saying("x"), JunitProfile::rich);
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"}) std::setlocale(LC_ALL, name);
  EXPECT_EQ(junit_xml(run_saying("x"), JunitProfile::rich), before);
  std::setlocale(LC_ALL, "C");
  EXPECT_EQ(seconds(0), "0.000");
  EXPECT_EQ(seconds(62405), "62.405");
}

TEST(Junit, IsNeverGreenWhenTheVerdictIsNot) {
  for (const std::vector<Body>& bodies : std::vector<std::vector<Body>>{
           {},
           {journal::RunStarted{"r", "v", "h", {}, {}}, journal::RunEnded{5, ""}},
           {journal::RunStarted{"r", "v", "h", {}, {}}, started("A.B"), ended("A.B", "passed")},
           {journal::RunStarted{"r", "v", "h", {}, {}}, journal::Trouble{"disk", "", Blame::harness, false},
            journal::RunEnded{2, ""}}}) {
    const std::string xml = junit_xml(build_run_record(transcript_of(bodies)), JunitProfile::strict);
    EXPECT_THAT(xml, HasSubstr("<error ")) << xml;
  }
}

TEST(Junit, ValidatesItsOwnGoldenRun) {
  NEED_XMLLINT();
  const fs::path golden = fs::path(EXO_SOURCE_DIR) / "reports/golden";
  EXPECT_TRUE(is_valid(exo_harness::read_file(golden / "junit.xml"), "junit-rich.xsd"));
  EXPECT_TRUE(is_valid(exo_harness::read_file(golden / "junit-strict.xml"), "junit-strict.xsd"));
  // The schemas can say no.
  EXPECT_FALSE(is_valid(exo_harness::read_file(golden / "junit.xml"), "junit-strict.xsd"));
  EXPECT_FALSE(is_valid("<testsuites/>", "junit-rich.xsd"));
}

}  // namespace
}  // namespace exo_reports
