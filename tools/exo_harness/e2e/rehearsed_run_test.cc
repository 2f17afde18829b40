// `run` and `rdma` with a program that stands for Exo's Python: what it says beforehand stands in the record.
#include <filesystem>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/process/child.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using process::CommandResult;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr const char* kStandInEngine = EXO_SOURCE_DIR "/tools/exo_harness/e2e/stand-in-engine";

class RehearsedRun : public testing::Test {
 protected:
  CommandResult run(std::vector<std::string> more, const std::string& stand_in = "",
                    const std::map<std::string, std::string>& environment = {}) const {
    process::CommandOptions options;
    options.command = {EXO_BIN_DIR "/exo-harness",
                       "run",
                       "--model",
                       "llama-3.2-1b",
                       "--placement",
                       "tensor-2",
                       "--suite",
                       "inference",
                       "--gtest_filter=*HasCountsThatAddUp*",
                       "--out",
                       runs().string()};
    options.command.insert(options.command.end(), more.begin(), more.end());
    options.environment = {{"EXO_HARNESS_FIXTURES", EXO_FIXTURES_DIR}, {"STAND_IN", stand_in}, {"STAND_IN_RANK", "1"}};
    for (const auto& [name, value] : environment) options.environment[name] = value;
    return process::run_command(options, Deadline::after(60s), {true});
  }
  json prediction() const {
    const json verdict = json::parse(read_file(runs() / "latest/verdict.json"));
    return verdict.value("predictions", json::array()).at(0);
  }
  fs::path runs() const { return folder_.path() / "runs"; }

  TemporaryFolder folder_;
};

TEST_F(RehearsedRun, SaysWhatTheEngineSaidAndThatItCameOtherwise) {
  const CommandResult ended = run({"--exo", kStandInEngine}, "fails");

  EXPECT_EQ(ended.status.code, 0) << ended.output << "\nwhat was predicted is no verdict about the cluster";
  EXPECT_THAT(ended.errors, HasSubstr("note rehearse     llama-3.2-1b tensor-2: fails in shard on rank 1: ValueError"));
  EXPECT_EQ(prediction().at("predicted"), "fails");
  EXPECT_EQ(prediction().at("basis"), "rehearsed");
  EXPECT_EQ(prediction().at("seen"), "works");
  EXPECT_EQ(prediction().at("agrees"), false);
}

// So dense that whatever cuts the text goes through one of them.
std::string many_secrets() {
  std::string text;
  for (int i = 0; i < 60; ++i) text += " hf_planted0123456789abcdefghijklmn planted-environment-value";
  return text;
}

TEST_F(RehearsedRun, LeavesNoSecretThatWasCutInItsFiles) {
  for (const char* stand_in : {"fails", "crashes"}) {
    const CommandResult ended = run({"--exo", kStandInEngine}, stand_in,
                                    {{"STAND_IN_SAYS", many_secrets()}, {"MY_API_KEY", "planted-environment-value"}});

    EXPECT_THAT(ended.output + ended.errors, AllOf(HasSubstr("[redacted]"), Not(HasSubstr("planted"))));
    EXPECT_THAT(read_file(runs() / "latest/rehearsals/llama-3.2-1b.json"), HasSubstr("[redacted]"));
    for (const auto& entry : fs::recursive_directory_iterator(fs::canonical(runs() / "latest"))) {
      if (entry.is_regular_file()) {
        EXPECT_THAT(read_file(entry.path()), Not(HasSubstr("planted"))) << entry.path();
      }
    }
  }
}

TEST_F(RehearsedRun, GoesOnByRuleWhereTheEngineDidNotComeToItsEnd) {
  const CommandResult ended = run({"--exo", kStandInEngine}, "crashes");

  EXPECT_EQ(ended.status.code, 0) << ended.output;
  EXPECT_THAT(ended.errors, HasSubstr("note rehearse     llama-3.2-1b tensor-2: unknown"));
  EXPECT_NE(prediction().at("basis"), "rehearsed");
}

TEST_F(RehearsedRun, GivesAnEngineUpThatHung) {
  const fs::path asked = folder_.path() / "asked";
  fs::create_directories(asked);
  const CommandResult ended = run({"--exo", kStandInEngine, "--placement", "single", "--rehearsal-limit", "8"},
                                  "hangs-at-import", {{"STAND_IN_RANK", ""}, {"STAND_IN_RECORD", asked.string()}});

  EXPECT_EQ(ended.status.code, 0) << ended.output;
  EXPECT_THAT(ended.errors, HasSubstr("its import did not end within 8.00 s"));
  EXPECT_THAT(ended.errors, HasSubstr("the engine did not end within 8.00 s (--rehearsal-limit): it is asked no more"));
  std::set<int> worlds;  // Of both placements, only one was asked.
  for (const auto& each : fs::directory_iterator(asked))
    worlds.insert(json::parse(read_file(each.path())).at("job").at("world_size").get<int>());
  EXPECT_EQ(worlds.size(), 1u) << ended.errors;
}

TEST_F(RehearsedRun, AsksNobodyOfTheFakeOrWhereItIsNotWanted) {
  EXPECT_THAT(run({}).errors, Not(HasSubstr("rehearse")));
  EXPECT_THAT(run({"--exo", kStandInEngine, "--no-rehearsal"}).errors, Not(HasSubstr("rehearse")));
  EXPECT_FALSE(fs::exists(runs() / "latest/rehearsals"));
}

TEST_F(RehearsedRun, StartsNothingForAnExoThatIsNotThere) {
  const CommandResult ended = run({"--exo", "/does/not/exist"});

  EXPECT_EQ(ended.status.code, 2) << ended.output;
  EXPECT_THAT(ended.output + ended.errors, AllOf(HasSubstr("--exo /does/not/exist"), Not(HasSubstr("discovery"))));
  EXPECT_FALSE(fs::exists(runs()));
}

TEST_F(RehearsedRun, WarnsInThePreflightOfRdma) {
  process::CommandOptions options;
  options.command = {EXO_BIN_DIR "/exo-harness",
                     "rdma",
                     "--model",
                     "llama-3.2-1b",
                     "--repeat",
                     "1",
                     "--exo",
                     kStandInEngine,
                     "--out",
                     runs().string()};
  options.environment = {{"EXO_HARNESS_FIXTURES", EXO_FIXTURES_DIR}, {"STAND_IN", "fails"}, {"STAND_IN_RANK", "1"}};
  const CommandResult ended = process::run_command(options, Deadline::after(60s), {true});

  EXPECT_EQ(ended.status.code, 0) << ended.output << ended.errors;
  EXPECT_THAT(ended.output, HasSubstr("1 warned of: rehearsal"));
  EXPECT_THAT(read_file(runs() / "latest/journal.jsonl"), HasSubstr("tensor-jaccl-2: fails in shard on rank 1"));
}

}  // namespace
}  // namespace exo_harness::tools
