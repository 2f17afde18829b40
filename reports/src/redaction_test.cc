#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/journal/journal.h"
#include "exo_reports/write.h"

#include "page/log_blocks.h"

namespace exo_reports {
namespace {

namespace fs = std::filesystem;
namespace journal = exo_harness::journal;

constexpr const char* kFromEnvironment = "Zq8sEcReTfRoMeNv";
const std::vector<std::string> kSecrets = {kFromEnvironment,          "hEaDeRsEcReT1234", "uRlPaSsWoRd99",
                                           "bOdYsEcReT5678",          "aRgUmEnTsEcReT00", "sEtTiNgSeCrEt11",
                                           "hf_lOgSeCrEtAbCdEfGhIjKl"};

// Every place that a secret could slip into, through the one writer.
void write_journal_with_secrets(const fs::path& file) {
  const std::string env = kFromEnvironment;
  journal::Journal journal(file, "harness");
  const std::string headers = "POST / HTTP/1.1\nAuthorization: Bearer hEaDeRsEcReT1234\nX-Api-Key: hEaDeRsEcReT1234";
  const std::string url = "http://me:uRlPaSsWoRd99@127.0.0.1/v1/models?api_key=uRlPaSsWoRd99";
  const std::string body = R"({"token":"bOdYsEcReT5678","messages":[{"password": "bOdYsEcReT5678"}]})";
  journal.append(journal::RunStarted{"r",
                                     "v",
                                     "h",
                                     {"exo-harness", "--api-key", "aRgUmEnTsEcReT00", "HF_TOKEN=" + env},
                                     {{"hf_token", "sEtTiNgSeCrEt11"}, {"note", "uses " + env}}});
  journal.append(journal::Fact{"environment", "HF_TOKEN=" + env + " PATH=/bin"});
  journal.append(journal::Fact{"EXO_API_KEY", "password=sEtTiNgSeCrEt11"});
  journal.append(journal::ProcessStarted{"script", 7, {"start.sh", "--token", "aRgUmEnTsEcReT00"}});
  journal.append(journal::SuiteStarted{"s", {"A.B"}});
  journal.append(journal::TestStarted{"s", "A.B", "a_test.cc", 3, "m", "p"});
  journal.append(journal::ExchangeDone{"A.B", "POST", url, 401, 5, 9, exo_harness::FailureKind::refused, headers, 0,
                                       headers + "\n\n" + body, body});
  journal.append(journal::PhaseEnded{Phase::start, "", "", false, 3, exo_harness::FailureKind::exited,
                                     "HF_TOKEN=" + env, headers});
  journal.append(journal::TestEnded{"s",
                                    "A.B",
                                    Verdict::failed,
                                    {},
                                    headers,
                                    3,
                                    "",
                                    "",
                                    {{"a_test.cc", 3, body + env}},
                                    {{"cookie", "sEtTiNgSeCrEt11"}}});
  journal.append(journal::DiagnosisMade{
      "A.B", Blame::product, Verdict::failed, Phase::load, "n", "", url, headers, "high", 0, {headers, env}});
  journal.append(journal::Trouble{"cannot reach " + url, "unset HF_TOKEN=" + env, Blame::harness, false});
  journal.append(journal::Finding{"F", body, "v", headers});
  journal.append(journal::LogFile{"n", "logs/n/exo.log", "exo"});
  journal.append(journal::SuiteEnded{"s", 1, 0, false, ""});
  journal.append(journal::RunEnded{1, "see " + url});
}

TEST(Redaction, LeavesNoPlantedSecretInAnyArtefact) {
  ::setenv("EXO_TEST_SECRET_TOKEN", kFromEnvironment, 1);
  exo_harness::add_secrets_of_environment();
  const exo_harness::TemporaryFolder folder;
  write_journal_with_secrets(folder.path() / "journal.jsonl");
  fs::create_directories(folder.path() / "logs/n");
  exo_harness::write_file(folder.path() / "logs/n/exo.log",
                          "token is hf_lOgSeCrEtAbCdEfGhIjKl\nEXO_API_KEY=bOdYsEcReT5678\n");
  write_reports(folder.path());

  int looked_at = 0;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    ++looked_at;
    const std::string text = exo_harness::read_file(entry.path());
    for (const std::string& secret : kSecrets) {
      EXPECT_EQ(text.find(secret), std::string::npos) << secret << " stands in " << entry.path().filename();
    }
    EXPECT_NE(text.find("[redacted]"), std::string::npos) << entry.path().filename();
  }
  EXPECT_EQ(looked_at, 7);
}

// What a cluster says of itself and of its answers: names of nodes, ids of models, errors, texts.
TEST(Redaction, HidesShapesInEveryTextOfARecord) {
  const std::string shapes[] = {
      "gh"
      "p_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789",
      "AK"
      "IAABCDEFGHIJKLMNOP",
      "accessToken=aBcDeFgHiJk", "-----BEGIN PRIVATE KEY-----\naBcDeFgHiJkLmNoP\n-----END PRIVATE KEY-----",
      "hf"
      "_aBcDeFgHi\x1b[0mJkLmNoPqRsTuVwXyZ"};
  for (const std::string& shape : shapes) {
    const std::string text = "x " + shape + " y";
    const journal::Body bodies[] = {
        journal::NodeSeen{"id", text, text, "v1.0.71", text, text, 1, 1},
        journal::StateChange{"runner", text, text, text, text, "i", 0, text},
        journal::ExchangeDone{"A.B", "POST", text, 401, 5, 9, exo_harness::FailureKind::refused, text, 0, text, text},
        journal::PhaseEnded{Phase::start, text, text, false, 3, exo_harness::FailureKind::exited, text, text},
        journal::TestStarted{"s", text, "a_test.cc", 3, text, text},
        journal::TestEnded{
            "s", "A.B", Verdict::failed, {}, text, 3, text, text, {{"a_test.cc", 3, text}}, {{"reason", text}}},
        journal::LogFile{text, "logs/x", "exo"},
        journal::Fact{"commit", text},
        journal::CleanUpDone{1, 1, 0, 3, {text}, "asked"}};
    for (const journal::Body& body : bodies) {
      const std::string line = journal::to_line({"w", 0, 0, "2026-11-25T03:30:00.123Z", body});
      EXPECT_THAT(line, testing::Not(testing::HasSubstr("aBcDeF"))) << line;
      EXPECT_THAT(line, testing::Not(testing::HasSubstr("IAABCDEF"))) << line;
      EXPECT_THAT(line, testing::HasSubstr("[redacted]"));
    }
  }
}

TEST(PackedLogs, HoldNoSecretWhereverABlockEnds) {
  const exo_harness::TemporaryFolder folder;
  const std::string key =
      "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n"
      "-----END PRIVATE KEY-----\n";
  std::string log;
  while (log.size() < (1u << 20) - 70) log += "a line of the log that is of no use\n";
  exo_harness::write_file(folder.path() / "log", log + key + "the end\n");
  RunRecord run;
  run.logs = {{"n", "log", "exo"}};
  const PackedLog packed = pack_logs(run, folder.path()).at(0);
  EXPECT_THAT(packed.tail, testing::EndsWith("[redacted]\nthe end"));
  EXPECT_THAT(packed.tail, testing::Not(testing::HasSubstr("MIIE")));
}

TEST(PackedLogs, AreOnlyReadInsideTheRunFolder) {
  const exo_harness::TemporaryFolder folder;
  fs::create_directories(folder.path() / "run/logs");
  exo_harness::write_file(folder.path() / "outside", "private\n");
  exo_harness::write_file(folder.path() / "run/logs/in", "mine\n");
  RunRecord run;
  run.logs = {
      {"n", "../outside", "exo"}, {"n", "/etc/hostname", "exo"}, {"n", "logs/in", "exo"}, {"n", "logs/none", "exo"}};
  const auto packed = pack_logs(run, folder.path() / "run");
  EXPECT_FALSE(packed[0].found);
  EXPECT_FALSE(packed[1].found);
  EXPECT_TRUE(packed[2].found);
  EXPECT_EQ(packed[2].tail, "mine");
  EXPECT_FALSE(packed[3].found);
}

std::string log_of(std::size_t bytes) {
  std::string log;
  for (int i = 0; log.size() < bytes; ++i) log += "line " + std::to_string(i * 7919) + "\n";
  return log + "the end\n";
}

TEST(PackedLogs, LoseTheirMiddleBeyondTheBudget) {
  const exo_harness::TemporaryFolder folder;
  exo_harness::write_file(folder.path() / "long", log_of(6u << 20));
  RunRecord run;
  run.logs = {{"n", "long", "exo"}};
  const PackedLog cut = pack_logs(run, folder.path(), 1000).at(0);
  EXPECT_GT(cut.left_out, 3u << 20);
  EXPECT_THAT(cut.tail, testing::HasSubstr("the end"));
}

// A script that prints without end must not make the report the longest part of the run.
TEST(PackedLogs, OfOneLogAreAFewMegabytesAtMost) {
  const exo_harness::TemporaryFolder folder;
  exo_harness::write_file(folder.path() / "short", log_of(3u << 20));
  exo_harness::write_file(folder.path() / "long", log_of(20u << 20));
  RunRecord run;
  run.logs = {{"n", "short", "exo"}, {"n", "long", "exo"}};

  const auto packed = pack_logs(run, folder.path());

  EXPECT_EQ(packed.at(0).left_out, 0u);
  EXPECT_LE(packed.at(1).blocks.size(), 8u);
  EXPECT_GT(packed.at(1).left_out, 15u << 20);
  EXPECT_THAT(packed.at(1).tail, testing::HasSubstr("the end"));
}

}  // namespace
}  // namespace exo_reports
