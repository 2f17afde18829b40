#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_reports/documents.h"

namespace exo_reports {
namespace {

namespace fs = std::filesystem;

const fs::path kGolden = fs::path(EXO_SOURCE_DIR) / "reports/golden";

const RunRecord& golden_run() {
  static const RunRecord run = build_run_record(exo_harness::journal::read_journal(kGolden / "journal.jsonl"));
  return run;
}

// EXO_UPDATE_GOLDEN=1 writes what the documents are now; look at the difference before you commit it.
void expect_golden(const std::string& name, const std::string& document) {
  if (std::getenv("EXO_UPDATE_GOLDEN") != nullptr) exo_harness::write_file(kGolden / name, document);
  const std::string golden = fs::exists(kGolden / name) ? exo_harness::read_file(kGolden / name) : "";
  EXPECT_TRUE(document == golden) << name << " differs from reports/golden/" << name
                                  << "; run again with EXO_UPDATE_GOLDEN=1 and look at the difference";
}

TEST(Golden, Verdict) {
  expect_golden("verdict.json", verdict_json(golden_run()));
}
TEST(Golden, Manifest) {
  expect_golden("manifest.json", manifest_json(golden_run()));
}
TEST(Golden, Summary) {
  expect_golden("summary.md", summary_md(golden_run()));
}
TEST(Golden, Junit) {
  expect_golden("junit.xml", junit_xml(golden_run(), JunitProfile::rich));
}
TEST(Golden, JunitStrict) {
  expect_golden("junit-strict.xml", junit_xml(golden_run(), JunitProfile::strict));
}

TEST(Golden, JournalIsSound) {
  EXPECT_TRUE(golden_run().journal_trouble.empty());
  EXPECT_EQ(golden_run().judgement.verdict, Verdict::crash);
}

}  // namespace
}  // namespace exo_reports
