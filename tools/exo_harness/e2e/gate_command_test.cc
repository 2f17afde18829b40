// `baseline` and `gate` as a user runs them: what an upgrade may do, and one sentence for each run that says nothing.
#include <filesystem>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"

#include "gate/made_run_test.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using exo_reports::MadeRun;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

MadeRun measured(const std::string& id, double tps = 100) {
  MadeRun run = exo_reports::made_run(id);
  for (int block = 0; block < 12; ++block) run.block(tps * (1 + 0.005 * (block % 3)), block);
  return run;
}

class GateCommand : public testing::Test {
 protected:
  // A run folder with this journal.
  std::string keep(const std::string& name, const std::string& journal) const {
    fs::create_directories(folder_.path() / name);
    write_file(folder_.path() / name / "journal.jsonl", journal);
    return (folder_.path() / name).string();
  }
  std::string keep(const MadeRun& run) const { return keep(run.start.run_id, run.journal()); }

  process::CommandResult run(std::vector<std::string> words) const {
    process::CommandOptions command;
    command.command = {EXO_BIN_DIR "/exo-harness"};
    command.command.insert(command.command.end(), words.begin(), words.end());
    command.environment["EXO_HARNESS_RUNS"] = folder_.path().string();
    command.environment["GITHUB_STEP_SUMMARY"] = (folder_.path() / "summary").string();
    command.working_folder = folder_.path();
    return process::run_command(command, Deadline::after(150s));
  }

  TemporaryFolder folder_;
};

TEST_F(GateCommand, ExitCodesAreThoseOfTheVerdicts) {
  const std::string a = keep(measured("a")), same = keep(measured("b")), slow = keep(measured("c", 70)),
                    broken = keep(measured("d").test("A.Three", "failed"));
  keep(measured("e").test("A.Three", "passed"));

  EXPECT_EQ(run({"gate", a, same}).status.code, 0);
  const auto slower = run({"gate", a, slow});
  EXPECT_EQ(slower.status.code, 3) << slower.output;  // Not interleaved: the day may be slow, and not the build.
  EXPECT_THAT(slower.output, HasSubstr("INCONCLUSIVE: tiny-llama single chat-p64-o32 x1 generation_tps"));
  const auto failed = run({"gate", "e", broken});
  EXPECT_EQ(failed.status.code, 1) << failed.output;
  EXPECT_THAT(failed.output, HasSubstr("FAIL: A.Three"));
  EXPECT_EQ(run({"gate", a, a}).status.code, 4);

  EXPECT_EQ(run({"gate", a, same, "--bisect"}).status.code, 0);
  EXPECT_EQ(run({"gate", "e", broken, "--bisect"}).status.code, 1);
  EXPECT_EQ(run({"gate", a, slow, "--bisect"}).status.code, 125);
  EXPECT_EQ(run({"gate", a, a, "--bisect"}).status.code, 125);
  EXPECT_EQ(run({"gate", a, "nowhere", "--bisect"}).status.code, 128);
  EXPECT_EQ(run({"gate", a, slow, "--inconclusive", "pass"}).status.code, 0);
  EXPECT_EQ(run({"gate", a, slow, "--inconclusive", "fail"}).status.code, 1);
}

TEST_F(GateCommand, WritesItsDocumentsBesideTheCandidate) {
  const std::string a = keep(measured("a")), b = keep(measured("b"));
  const auto ended = run({"gate", a, b});
  EXPECT_THAT(ended.output, HasSubstr("b/gate/gate.html"));
  for (const char* name : {"gate.json", "gate.md", "gate.html", "gate-junit.xml"}) {
    EXPECT_TRUE(fs::exists(fs::path(b) / "gate" / name)) << name;
  }
}

TEST_F(GateCommand, ABaselineIsKeptUnderAName) {
  const std::string a = keep(measured("a"));
  EXPECT_EQ(run({"baseline", a, "--name", "v1"}).status.code, 0);
  fs::remove_all(a);
  EXPECT_EQ(run({"gate", "v1", keep(measured("b"))}).status.code, 0);

  const auto again = run({"baseline", keep(measured("c")), "--name", "v1"});
  EXPECT_EQ(again.status.code, 2);
  EXPECT_THAT(again.output, HasSubstr("there is a baseline v1 already"));
  EXPECT_EQ(run({"baseline", "c", "--name", "v1", "--replace", "a new MLX, as reviewed"}).status.code, 0);
  EXPECT_THAT(read_file(folder_.path() / "baselines/v1/baseline.json"), HasSubstr("a new MLX, as reviewed"));
  EXPECT_EQ(run({"baseline", "c", "--name", "../x"}).status.code, 2);

  std::string journal = read_file(folder_.path() / "baselines/v1/journal.jsonl");
  journal.replace(journal.find("A.One"), 5, "A.Uno");
  write_file(folder_.path() / "baselines/v1/journal.jsonl", journal);
  const auto altered = run({"gate", "v1", "b"});
  EXPECT_EQ(altered.status.code, 4);
  EXPECT_THAT(altered.output, HasSubstr("its journal is not what was kept"));
}

TEST_F(GateCommand, GithubGetsASummaryAndAnnotations) {
  const auto ended =
      run({"gate", keep(measured("a").test("A.X", "passed")), keep(measured("b").test("A.X", "hang")), "--github"});
  EXPECT_THAT(ended.output, HasSubstr("::error title=upgrade gate test.new_failure::A.X"));
  EXPECT_THAT(read_file(folder_.path() / "summary"), HasSubstr("new_failure"));
}

TEST_F(GateCommand, HistoryIsOneLineARun) {
  EXPECT_EQ(run({"history", "show"}).status.code, 2);
  MadeRun dead = measured("dead");
  dead.ended = false;
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(run({"history", "add", keep(measured("r" + std::to_string(i), i < 18 ? 100 : 80).at(i))}).status.code, 0);
  }
  const auto refused = run({"history", "add", keep(dead)});
  EXPECT_EQ(refused.status.code, 4);
  EXPECT_THAT(refused.output, HasSubstr("not added"));

  const auto shown = run({"history", "show", "--metric", "generation_tps", "--html", "trends.html"});
  EXPECT_EQ(shown.status.code, 0);
  EXPECT_THAT(shown.output, HasSubstr("-20.0 % since 2026-11-25T00:18:00.000Z (r18)"));
  EXPECT_THAT(read_file(folder_.path() / "trends.html"), HasSubstr("-20.0 %"));
  EXPECT_EQ(run({"history", "show", "--cluster", "other"}).status.code, 2);
  EXPECT_EQ(run({"history", "show", "--metric", "weather", "--runs", "."}).status.code, 5)
      << "not 2: it is known there";
  EXPECT_EQ(run({"history", "show", "--metric", "weather"}).status.code, 5);
}

// Runs that say nothing, on each side: one sentence, and never a pass.
struct Row {
  const char* name;
  MadeRun (*make)(MadeRun run);
  std::string (*spoil)(std::string journal);
  int exit_code;
  const char* said;
};
void PrintTo(const Row& row, std::ostream* os) {
  *os << row.name;
}

MadeRun as_it_is(MadeRun run) {
  return run;
}
std::string whole(std::string journal) {
  return journal;
}

const std::vector<Row> kRows = {
    {"Died",
     [](MadeRun run) {
       run.ended = false;
       return run;
     },
     whole, 4, "its journal has no end"},
    {"CutOff", as_it_is, [](std::string journal) { return journal.substr(0, journal.size() / 2); }, 4,
     "its journal has no end"},
    {"OfANewerSchema", as_it_is,
     [](std::string journal) {
       for (std::size_t at = 0; (at = journal.find(R"("v":1,)", at)) != std::string::npos; ++at) journal[at + 4] = '2';
       return journal;
     },
     4, "of schema 2"},
    {"NoJournalOfARun", as_it_is, [](std::string) { return std::string("hello\n"); }, 4, "its journal has no start"},
    {"Empty", as_it_is, [](std::string) { return std::string(); }, 4, "its journal has no start"},
    {"WithoutPerformanceData", [](MadeRun run) { return exo_reports::made_run(run.start.run_id); }, whole, 4,
     "has no performance data"},
    {"OfZeroTests", [](MadeRun run) { return MadeRun().id(run.start.run_id).node("n1").node("n2"); }, whole, 4,
     "it has no test"},
    {"OfAnotherCluster",
     [](MadeRun run) {
       std::get<journal::NodeSeen>(run.bodies[0]).chip = "Apple M1";
       return run;
     },
     whole, 4, "nodes.chips"},
    {"OneShard",
     [](MadeRun run) {
       run.start.settings["shard"] = "1/2";
       return run;
     },
     whole, 4, "it is only shard 1/2"},
    {"OtherHashesOfItsModels",
     [](MadeRun run) {
       return run.add(journal::Fact{"model.tiny-llama.sha256", "beef"});
     },
     whole, 4, "model.tiny-llama.sha256"},
    {"TooFewBlocks",
     [](MadeRun run) {
       run.bodies.resize(run.bodies.size() - 9);
       return run;
     },
     whole, 3, "3"},
    {"Interrupted",
     [](MadeRun run) {
       run.end = {3, "interrupted"};
       return run;
     },
     whole, 4, ""},
};

class RunThatSaysNothing : public GateCommand, public testing::WithParamInterface<Row> {};

TEST_P(RunThatSaysNothing, GetsOneSentenceAndNeverPasses) {
  const Row& row = GetParam();
  const std::string good = keep(measured("good")), bad = keep("bad", row.spoil(row.make(measured("bad")).journal()));
  for (const auto& [a, b] : {std::pair{good, bad}, std::pair{bad, good}}) {
    const auto ended = run({"gate", a, b});
    const bool candidate_was_interrupted = std::string_view(row.name) == "Interrupted" && b == bad;
    EXPECT_EQ(ended.status.code, candidate_was_interrupted ? 3 : row.exit_code) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(row.said));
    EXPECT_THAT(ended.output, Not(HasSubstr("PASS:")));
    EXPECT_EQ(run({"gate", a, b, "--json"}).output.find("\"verdict\": \"PASS\",\n  \"exit_code\""), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, RunThatSaysNothing, testing::ValuesIn(kRows),
                         [](const auto& row) { return row.param.name; });

TEST_F(GateCommand, ADeadRunIsNotKeptAsABaseline) {
  MadeRun dead = measured("dead");
  dead.ended = false;
  const auto ended = run({"baseline", keep(dead)});
  EXPECT_EQ(ended.status.code, 4);
  EXPECT_THAT(ended.output, HasSubstr("not kept"));
  EXPECT_FALSE(fs::exists(folder_.path() / "baselines"));
}

// Two fakes of one build, brought up in turns. How long a token takes depends on what else this machine does: what must
// hold is that nothing is said to be worse.
TEST_F(GateCommand, BringsUpBothBuildsInTurns) {
  write_file(folder_.path() / "one.toml",
             "name = 'one'\nnodes = 1\nmodels = ['llama-3.2-1b']\nplacements = ['single']\nspeed = 0\n"
             "[env]\nEXO_FAKE_FAULTS = 'slow-tokens:ms=2'\n");
  const auto ended = run({"gate", "--interleave", "one.toml", "one.toml", "--blocks", "5", "--out", "answer"});
  EXPECT_TRUE(ended.status.code == 0 || ended.status.code == 3) << ended.output;
  const std::string json = read_file(folder_.path() / "answer/gate.json");
  EXPECT_THAT(json, HasSubstr("\"mode\": \"interleaved\""));
  EXPECT_THAT(json, HasSubstr("chat-p64-o32"));
  EXPECT_THAT(json, Not(HasSubstr("new_failure")));
}

TEST_F(GateCommand, UsageThatMakesNoSenseEndsWith2) {
  const std::string a = keep(measured("a")), b = keep(measured("b"));
  write_file(folder_.path() / "q.toml", "[[quarantine]]\ntest = 'A'\n");
  for (const auto& [words, said] : std::vector<std::pair<std::vector<std::string>, const char*>>{
           {{"gate", a}, "a gate compares two runs"},
           {{"gate", a, "nowhere"}, "neither a run folder"},
           {{"gate", a, b, "--allow-diff", "nodes.os"}, "no reason"},
           {{"gate", a, b, "--allow-diff", "nodes.os= "}, "no reason"},
           {{"gate", a, b, "--policy", "lenient"}, "--policy"},
           {{"gate", a, b, "--quarantine", "q.toml"}, "q.toml"},
           {{"gate", a, b, "--quarantine", "none.toml"}, "none.toml"},
           {{"baseline", "nowhere"}, "is not a run folder"}}) {
    const auto ended = run(words);
    EXPECT_EQ(ended.status.code, 2) << ended.output;
    EXPECT_THAT(ended.output, HasSubstr(said));
  }
}

}  // namespace
}  // namespace exo_harness::tools
