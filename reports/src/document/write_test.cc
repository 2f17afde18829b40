#include "exo_reports/write.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_reports/documents.h"

#include "../journal_text_test.h"

namespace exo_reports {
namespace {

namespace fs = std::filesystem;
namespace journal = exo_harness::journal;
using exo_harness::TemporaryFolder;
using journal::Body;
using testing::HasSubstr;

constexpr const char* kDocuments[] = {"verdict.json", "manifest.json",    "summary.md",
                                      "junit.xml",    "junit-strict.xml", "report.html"};

void write_journal(const fs::path& folder, const std::vector<Body>& bodies) {
  fs::create_directories(folder);
  std::string text;
  for (const journal::Record& record : transcript_of(bodies).records) text += journal::to_line(record);
  exo_harness::write_file(folder / "journal.jsonl", text);
}

std::vector<Body> shard(const std::string& which, const std::string& test, const std::string& result) {
  return {journal::RunStarted{"r", "v", "h", {}, {{"shard", which}}},
          journal::LogFile{"n1", "logs/n1/exo.log", "exo"},
          journal::SuiteStarted{"s", {test}},
          started(test),
          ended(test, result),
          journal::SuiteEnded{"s", result == "failed" ? 1 : 0, 0, false, ""},
          journal::RunEnded{result == "failed" ? 1 : 0, ""}};
}

TEST(WriteReports, WritesTheSameBytesEachTime) {
  const TemporaryFolder folder;
  write_journal(folder.path(), shard("1/1", "A.B", "failed"));
  EXPECT_EQ(write_reports(folder.path()).judgement.exit_code, exo_harness::ExitCode::failed);
  std::vector<std::string> first;
  for (const char* name : kDocuments) first.push_back(exo_harness::read_file(folder.path() / name));
  ::setenv("TZ", "Asia/Tokyo", 1);
  write_reports(folder.path());
  ::unsetenv("TZ");
  for (std::size_t i = 0; i < std::size(kDocuments); ++i) {
    EXPECT_EQ(exo_harness::read_file(folder.path() / kDocuments[i]), first[i]) << kDocuments[i];
  }
}

TEST(WriteReports, TakesAnyPrefixOfAJournal) {
  const TemporaryFolder folder;
  write_journal(folder.path(), shard("1/1", "A.B", "passed"));
  const std::string whole = exo_harness::read_file(folder.path() / "journal.jsonl");
  for (std::size_t size = 0; size < whole.size(); size += 97) {
    exo_harness::write_file(folder.path() / "journal.jsonl", whole.substr(0, size));
    EXPECT_EQ(write_reports(folder.path()).judgement.verdict, Verdict::harness) << size;
  }
}

TEST(WriteReports, ShowsAStepThatWentWellMoreThanOnceAsOne) {
  const TemporaryFolder folder;
  std::vector<Body> bodies = shard("1/1", "A.B", "passed");
  for (const int took_ms : {7, 9, 11}) {
    bodies.insert(bodies.end() - 1, journal::PhaseStarted{Phase::remove, "", "", 1000});
    bodies.insert(bodies.end() - 1, journal::PhaseEnded{Phase::remove, "", "", true, took_ms, {}, "", ""});
  }
  write_journal(folder.path(), bodies);

  write_reports(folder.path());

  const std::string page = exo_harness::read_file(folder.path() / "report.html");
  EXPECT_THAT(page, HasSubstr("delete (3)"));
  EXPECT_THAT(page, HasSubstr("✓ 9 ms"));
}

TEST(WriteReports, SaysWhichJournalIsMissing) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_reports(folder.path() / "nothing"), exo_harness::HarnessError);
}

TEST(Merge, JoinsShardsIntoOneRun) {
  const TemporaryFolder folder;
  write_journal(folder.path() / "a", shard("1/2", "A.B", "passed"));
  write_journal(folder.path() / "b", shard("2/2", "A.C", "failed"));
  fs::create_directories(folder.path() / "b/logs/n1");
  exo_harness::write_file(folder.path() / "b/logs/n1/exo.log", "a line\n");

  const Written merged = merge(read_shards({folder.path() / "a", folder.path() / "b"}), folder.path() / "all");

  EXPECT_EQ(merged.judgement.verdict, Verdict::failed);
  EXPECT_EQ(merged.judgement.counts.at(Verdict::passed), 1);
  EXPECT_EQ(exo_harness::read_file(folder.path() / "all/logs/2/n1/exo.log"), "a line\n");
}

TEST(Merge, IsNotGreenWithoutAllShards) {
  const TemporaryFolder folder;
  write_journal(folder.path() / "a", shard("1/3", "A.B", "passed"));
  write_journal(folder.path() / "b", shard("2/3", "A.C", "passed"));
  const Written merged = merge(read_shards({folder.path() / "a", folder.path() / "b"}), folder.path() / "all");
  EXPECT_EQ(merged.judgement.verdict, Verdict::harness);
  EXPECT_THAT(merged.judgement.reasons.at(0).what, HasSubstr("3/3 is missing"));
}

TEST(Merge, KeepsTheTroubleOfAShard) {
  const TemporaryFolder folder;
  write_journal(folder.path() / "a", shard("1/2", "A.B", "passed"));
  write_journal(folder.path() / "b", shard("2/2", "A.C", "passed"));
  const std::string whole = exo_harness::read_file(folder.path() / "b/journal.jsonl");
  exo_harness::write_file(folder.path() / "b/journal.jsonl", whole + "{\"v\":1,\"se");
  EXPECT_EQ(merge(read_shards({folder.path() / "a", folder.path() / "b"}), folder.path() / "all").judgement.verdict,
            Verdict::harness);
}

TEST(Merge, RefusesRunsThatAreNotDifferentShardsOfOneRun) {
  const TemporaryFolder folder;
  write_journal(folder.path() / "a", shard("1/2", "A.B", "passed"));
  write_journal(folder.path() / "again", shard("1/2", "A.B", "passed"));
  write_journal(folder.path() / "third", shard("2/3", "A.C", "passed"));
  auto other = shard("2/2", "A.C", "passed");
  std::get<journal::RunStarted>(other[0]).settings["models"] = "another";
  write_journal(folder.path() / "other", other);
  auto older = shard("2/2", "A.C", "passed");
  std::get<journal::RunStarted>(older[0]).version = "older";
  write_journal(folder.path() / "older", older);

  for (const auto& [name, said] : {std::pair("again", "are both shard 1/2"), std::pair("third", "number of shards"),
                                   std::pair("other", "models is ''"), std::pair("older", "version")}) {
    EXPECT_THAT(
        [&] {
          merge(read_shards({folder.path() / "a", folder.path() / name}), folder.path() / "all");
        },
        testing::ThrowsMessage<exo_harness::UsageError>(HasSubstr(said)));
    EXPECT_FALSE(fs::exists(folder.path() / "all")) << name;
  }
}

TEST(Merge, RefusesAFolderThatHoldsARun) {
  const TemporaryFolder folder;
  write_journal(folder.path() / "a", shard("1/1", "A.B", "passed"));
  EXPECT_THROW(merge(read_shards({folder.path() / "a"}), folder.path() / "a"), exo_harness::HarnessError);
}

}  // namespace
}  // namespace exo_reports
