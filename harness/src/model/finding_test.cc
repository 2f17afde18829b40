#include "exo_harness/model/finding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

namespace exo_harness::model {
namespace {

TEST(Finding, HoldsForItsVersionsUntilItExpires) {
  const Finding finding{
      .id = "x", .title = "t", .versions = "v1.0.71, main", .evidence = "e", .source = "", .expires = "2027-01-31"};

  EXPECT_TRUE(finding.holds(exo::Generation::main, "2027-01-30"));
  EXPECT_FALSE(finding.holds(exo::Generation::main, "2027-01-31"));
  EXPECT_FALSE(finding.holds(exo::Generation::unknown, "2027-01-30"));
}

TEST(Findings, OfTheProjectAreReadable) {
  for (const Finding& finding : load_findings(EXO_FIXTURES_DIR "/findings.toml")) {
    EXPECT_FALSE(finding.evidence.empty()) << finding.id;
  }
}

TEST(Findings, NameTheLineOfWhatIsWrong) {
  const TemporaryFolder folder;
  write_file(folder.path() / "f.toml",
             "[[finding]]\nid = 'x'\ntitle = 't'\nversions = 'main'\nevidence = 'e'\n"
             "expires = 'soon'\n");
  try {
    load_findings(folder.path() / "f.toml");
    FAIL() << "no error";
  } catch (const HarnessError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("f.toml:6"), testing::HasSubstr("YYYY-MM-DD")));
  }
}

}  // namespace
}  // namespace exo_harness::model
