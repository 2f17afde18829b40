// `models rehearse` with a program that stands for Exo's Python: what it says, and what is left when it misbehaves.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/process/child.h"
#include "exo_harness/process/table.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using process::CommandResult;
using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

constexpr auto kTestLimit = 60s;
constexpr const char* kStandIn = EXO_SOURCE_DIR "/tools/exo_harness/e2e/stand-in-engine";

class ModelsRehearse : public testing::Test {
 protected:
  process::CommandOptions command(std::vector<std::string> more) const {
    process::CommandOptions options;
    options.command = {EXO_BIN_DIR "/exo-harness", "models", "rehearse", "llama-3.2-1b"};
    options.command.insert(options.command.end(), more.begin(), more.end());
    options.environment = {{"TMPDIR", temporary().string()},
                           {"EXO_HARNESS_FIXTURES", EXO_FIXTURES_DIR},
                           {"STAND_IN_RECORD", records().string()},
                           {"STAND_IN", ""},
                           {"STAND_IN_RANK", ""}};
    return options;
  }

  CommandResult run(const std::map<std::string, std::string>& behaviour, std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--exo", kStandIn});
    process::CommandOptions options = command(std::move(more));
    for (const auto& [name, value] : behaviour) options.environment[name] = value;
    return process::run_command(options, Deadline::after(kTestLimit), {true});
  }

  /// The only placement of `run` with `--json`.
  json one(const std::map<std::string, std::string>& behaviour, std::vector<std::string> more = {}) const {
    more.insert(more.end(), {"--json", "--placement", "tensor-2"});
    const CommandResult result = run(behaviour, std::move(more));
    return json::parse(result.output, nullptr, false).value("placements", json::array({json::object()})).at(0);
  }

  void SetUp() override {
    for (const fs::path& folder : {temporary(), records()}) fs::create_directories(folder);
  }
  /// Nothing of a rehearsal is left, neither a folder nor a process.
  void TearDown() override { EXPECT_EQ(twins(), 0); }

  int twins() const {
    int count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(temporary()))
      count += entry.path().filename().string().starts_with("rehearsal-") ? 1 : 0;
    return count;
  }
  std::vector<json> recorded() const {
    std::vector<json> all;
    for (const auto& entry : fs::directory_iterator(records())) all.push_back(json::parse(read_file(entry.path())));
    std::sort(all.begin(), all.end(), [](const json& a, const json& b) { return a["job"]["rank"] < b["job"]["rank"]; });
    return all;
  }
  std::vector<pid_t> pids() const {
    std::vector<pid_t> all;
    for (const auto& entry : fs::directory_iterator(records())) {
      if (entry.path().extension() == ".json") all.push_back(std::stoi(entry.path().stem().string()));
    }
    return all;
  }
  /// Whether none of the ranks runs any more; a zombie does not.
  bool all_gone() const {
    const auto ids = pids();
    return std::none_of(ids.begin(), ids.end(), [](pid_t pid) {
      const auto found = process::find_process(pid);
      return found && found->state != 'Z';
    });
  }
  fs::path temporary() const { return root_.path() / "tmp"; }
  fs::path records() const { return root_.path() / "records"; }

  TemporaryFolder root_;
};

TEST_F(ModelsRehearse, SaysWhatTheEngineSaysOfEachPlacement) {
  const CommandResult passes = run({});
  const CommandResult fails = run({{"STAND_IN", "fails"}, {"STAND_IN_RANK", "1"}});

  EXPECT_EQ(passes.status.code, 0) << passes.output << passes.errors;
  EXPECT_THAT(passes.output,
              AllOf(HasSubstr("Exo 0.3.70 (sharding 0123456789ab), mlx 0.31.2, mlx-lm 0.31.3, Python 3.13.5"),
                    HasSubstr("single"), HasSubstr("pipeline-2"), HasSubstr("tensor-2"), Not(HasSubstr("fails"))));
  EXPECT_EQ(fails.status.code, 1) << fails.output << fails.errors;
  EXPECT_THAT(fails.output, HasSubstr("fails in shard on rank 1: ValueError: Array split does not result in sub arrays "
                                      "with equal size"));
}

TEST_F(ModelsRehearse, GivesEachRankItsJobAndATwinWithoutWeights) {
  EXPECT_EQ(run({}, {"--placement", "pipeline-3"}).status.code, 0);

  const std::vector<json> ranks = recorded();
  ASSERT_EQ(ranks.size(), 3u);
  int next = 0;
  for (const json& rank : ranks) {
    EXPECT_EQ(rank["job"]["start_layer"], next);
    next = rank["job"]["end_layer"];
    EXPECT_EQ(rank["job"]["sharding"], "pipeline");
    EXPECT_THAT(rank["home"].get<std::string>(), HasSubstr(temporary().string()));
    EXPECT_THAT(rank["files"].get<std::vector<std::string>>(), ElementsAre("config.json", "model.safetensors"));
  }
  EXPECT_EQ(next, 16);
}

TEST_F(ModelsRehearse, StartsNoMoreRanksThanAMachineBears) {
  const CommandResult result = run({}, {"--placement", "tensor-9"});
  EXPECT_EQ(result.status.code, 3);
  EXPECT_THAT(result.output, HasSubstr("more than 8 ranks are not rehearsed on one machine"));
  EXPECT_TRUE(pids().empty());
}

TEST_F(ModelsRehearse, KnowsWrongWeightsFromDoubtfulOnes) {
  for (const char* kind : {"missing", "mistyped"}) {
    const json wrong = one({{"STAND_IN", kind}});
    EXPECT_EQ(wrong["verdict"], "fails") << wrong;
    EXPECT_EQ(wrong["wrong_answers"], true);
    EXPECT_EQ(wrong["phase"], "generate");
    EXPECT_THAT(wrong["reason"].get<std::string>(), HasSubstr(format("model.{}.weight", kind)));
  }
  for (const char* kind : {"extra", "misshapen"}) {
    const json doubtful = one({{"STAND_IN", kind}});
    EXPECT_EQ(doubtful["verdict"], "unknown") << doubtful;
    EXPECT_THAT(doubtful["reason"].get<std::string>(), HasSubstr(format("model.{}.weight and 8 more", kind)));
  }
  EXPECT_EQ(run({{"STAND_IN", "missing"}}).status.code, 1);
  EXPECT_EQ(run({{"STAND_IN", "extra"}}).status.code, 3);
}

TEST_F(ModelsRehearse, NeverTakesForAnAnswerWhatIsNone) {
  EXPECT_EQ(one({{"STAND_IN", "forges"}})["verdict"], "unknown");
  EXPECT_EQ(one({{"STAND_IN", "half"}, {"STAND_IN_RANK", "1"}})["verdict"], "unknown");
  EXPECT_EQ(one({{"STAND_IN", "chatter"}})["verdict"], "passes");
}

TEST_F(ModelsRehearse, TakesConfigAlone) {
  const fs::path config = root_.path() / "config.json";
  write_file(config, R"({"model_type":"llama","num_hidden_layers":4,"hidden_size":64,"num_attention_heads":4,)"
                     R"("intermediate_size":128,"rms_norm_eps":1e-5,"vocab_size":512})");
  process::CommandOptions options = command({"--exo", kStandIn});
  options.command[3] = config.string();
  const CommandResult rehearsed = process::run_command(options, Deadline::after(kTestLimit));
  EXPECT_EQ(rehearsed.status.code, 0) << rehearsed.output;
  EXPECT_THAT(rehearsed.output, HasSubstr("passes, by config.json alone: no weights were looked at"));
  for (const json& rank : recorded()) EXPECT_EQ(rank["job"]["weights"], false);

  options.command[2] = "analyze";
  const std::string analysis = process::run_command(options, Deadline::after(kTestLimit)).output;
  EXPECT_THAT(analysis,
              AllOf(HasSubstr("unknown: no rule predicts a failure by config.json alone: no weights were looked "
                              "at"),
                    Not(HasSubstr(" works:")), Not(HasSubstr("tokenizer"))));
}

TEST_F(ModelsRehearse, ProvesNothingBesideAStray) {
  const fs::path folder = root_.path() / "model";
  fs::create_directories(folder);
  const std::string header = R"({"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  for (const char* name : {"model-1.safetensors", "model-old.safetensors"})
    write_file(folder / name, std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header + "12");
  write_file(folder / "config.json", R"({"model_type":"llama","num_hidden_layers":4})");
  write_file(folder / "model.safetensors.index.json", R"({"weight_map":{"x":"model-1.safetensors"}})");
  process::CommandOptions options = command({"--exo", kStandIn, "--placement", "single"});
  options.command[3] = folder.string();

  const CommandResult result = process::run_command(options, Deadline::after(kTestLimit));

  EXPECT_EQ(result.status.code, 3) << result.output;
  EXPECT_THAT(result.output, HasSubstr("unknown: mlx-lm also reads what the index does not name, in the order of the "
                                       "directory: model-old.safetensors"));
  EXPECT_THAT(
      recorded().at(0)["files"].get<std::vector<std::string>>(),
      ElementsAre("config.json", "model-1.safetensors", "model-old.safetensors", "model.safetensors.index.json"));
}

TEST_F(ModelsRehearse, AsksOneRankForTheTokenizerWhereThereIsOne) {
  const fs::path folder = root_.path() / "lab--model";
  fs::create_directories(folder);
  const std::string header = R"({"x":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  write_file(folder / "model.safetensors",
             std::string(1, static_cast<char>(header.size())) + std::string(7, '\0') + header + "12");
  write_file(folder / "config.json", R"({"model_type":"llama","num_hidden_layers":4})");
  write_file(folder / "tokenizer.json", "{}");
  process::CommandOptions options = command({"--exo", kStandIn, "--placement", "tensor-2"});
  options.command[3] = folder.string();
  options.environment["STAND_IN"] = "bad-template";

  const CommandResult result = process::run_command(options, Deadline::after(kTestLimit));

  EXPECT_EQ(result.status.code, 1) << result.output;
  EXPECT_THAT(result.output, HasSubstr("fails in template on rank 0: TemplateError: roles must alternate"));
  ASSERT_EQ(recorded().size(), 2u);
  EXPECT_EQ(recorded()[0]["job"]["tokenizer"], true);
  EXPECT_EQ(recorded()[0]["job"]["model_id"], "lab/model");
  EXPECT_EQ(recorded()[1]["job"]["tokenizer"], false);
  EXPECT_EQ(one({})["verdict"], "passes");  // From facts: no tokenizer is at hand.
}

TEST_F(ModelsRehearse, TheDoctorHasAModelRehearsed) {
  process::CommandOptions options = command({});
  const auto doctor = [&](std::vector<std::string> more) {
    options.command = {EXO_BIN_DIR "/exo-harness", "doctor", "--json", "--model", "llama-3.2-1b"};
    options.command.insert(options.command.end(), more.begin(), more.end());
    std::map<std::string, std::string> rows;
    const CommandResult result = process::run_command(options, Deadline::after(kTestLimit), {true});
    const json checks = json::parse(result.output, nullptr, false);
    if (!checks.is_array()) ADD_FAILURE() << result.output << result.errors;
    for (const json& check : checks) {
      if (check["id"] == "rehearsal") rows[check["seen"]] = check["status"];
    }
    return rows;
  };
  options.environment["STAND_IN"] = "fails";
  const std::string text =
      "llama-3.2-1b tensor-2: fails in shard on rank 0: ValueError: Array split does not result in sub "
      "arrays with equal size";

  EXPECT_EQ(doctor({"--exo", kStandIn, "--placement", "tensor-2"})[text], "bad");
  EXPECT_EQ(doctor({"--exo", kStandIn, "--nodes", "2"})[text], "warning");
  options.environment["STAND_IN"] = "";
  EXPECT_EQ(doctor({"--exo", kStandIn})["llama-3.2-1b single: passes"], "good");
  const auto none = doctor({"--exo", records().string()});
  ASSERT_EQ(none.size(), 1u);
  EXPECT_THAT(none.begin()->first, HasSubstr("not rehearsed: no Exo here"));
  EXPECT_EQ(none.begin()->second, "unknown");
}

TEST_F(ModelsRehearse, AnalyzeSaysWhatItsPredictionsStandOn) {
  process::CommandOptions options = command({});
  options.command = {
      EXO_BIN_DIR "/exo-harness", "models", "analyze", "llama-3.2-1b", "--nodes", "3", "--exo", kStandIn};
  options.environment["STAND_IN"] = "fails";
  const CommandResult fails = process::run_command(options, Deadline::after(kTestLimit));
  EXPECT_EQ(fails.status.code, 0) << fails.output;
  EXPECT_THAT(fails.output,
              AllOf(ContainsRegex("tensor-2 .* rehearsed +fails in load \\(Array split"),
                    ContainsRegex("pipeline-3 .* by rule +works"), HasSubstr("rehearsed with Exo 0.3.70")));
  options.command.insert(options.command.end(), {"--rehearse", "0"});
  EXPECT_THAT(process::run_command(options, Deadline::after(kTestLimit)).output, Not(HasSubstr("rehearsed")));
}

TEST_F(ModelsRehearse, PrintsNoSecretThatTheEngineSays) {
  const std::string says = " hf_planted0123456789abcdefghijklmn MY planted-environment-value";
  for (const char* command_name : {"rehearse", "analyze"}) {
    for (const char* stand_in : {"fails", "crashes"}) {
      for (const bool as_json : {false, true}) {
        process::CommandOptions options = command({"--exo", kStandIn});
        options.command[2] = command_name;
        if (options.command[2] == "rehearse") options.command.insert(options.command.end(), {"--placement", "single"});
        if (as_json) options.command.push_back("--json");
        options.environment["STAND_IN"] = stand_in;
        options.environment["STAND_IN_SAYS"] = says;
        options.environment["MY_API_KEY"] = "planted-environment-value";
        const CommandResult result = process::run_command(options, Deadline::after(kTestLimit));
        EXPECT_THAT(result.output, Not(HasSubstr("planted")));
        if (options.command[2] == "rehearse") {
          EXPECT_THAT(result.output, HasSubstr("[redacted]"));
        }
        if (as_json) {
          EXPECT_FALSE(json::parse(result.output, nullptr, false).is_discarded()) << result.output;
        }
      }
    }
  }
}

TEST_F(ModelsRehearse, TriesAgainWhenAPortIsTakenMeanwhile) {
  const json rank_0_once = one({{"STAND_IN", "no-port"}, {"STAND_IN_RANK", "0"}});
  EXPECT_EQ(rank_0_once["verdict"], "passes") << rank_0_once;
  EXPECT_EQ(pids().size(), 4u);
}

TEST_F(ModelsRehearse, EndsWhatHangsCrashesFloodsAndGrows) {
  const json hangs = one({{"STAND_IN", "hangs"}, {"STAND_IN_RANK", "1"}}, {"--limit", "1"});
  const json crashes = one({{"STAND_IN", "crashes"}});
  const json floods = one({{"STAND_IN", "floods"}});
  const json eats = one({{"STAND_IN", "eats"}}, {"--memory", "100", "--limit", "20"});

  EXPECT_EQ(hangs["reason"], "rank 1 in shard: did not end in time");
  EXPECT_THAT(crashes["reason"].get<std::string>(), HasSubstr("rank 0 in shard: killed by signal 11"));
  EXPECT_THAT(floods["reason"].get<std::string>(), HasSubstr("wrote more than its limit"));
  EXPECT_EQ(eats["reason"], "rank 0 in shard: it took more memory than it may");
  for (const json& each : {hangs, crashes, floods, eats}) EXPECT_EQ(each["verdict"], "unknown") << each;
  EXPECT_TRUE(all_gone());
}

TEST_F(ModelsRehearse, TellsABusyEngineFromAMissingOne) {
  const json importing = one({{"STAND_IN", "hangs-at-import"}}, {"--limit", "8"});
  const json busy = one({{"STAND_IN", "hangs"}, {"STAND_IN_RANK", "1"}});

  EXPECT_EQ(importing["reason"], "not rehearsed: Exo is there, and its import did not end within 8.00 s");
  EXPECT_EQ(busy["reason"],
            "rank 1 in shard: it was still busy when another rank had ended, and was given up after 5.00 s");
  for (const json& each : {importing, busy}) EXPECT_EQ(each["verdict"], "unknown") << each;
  EXPECT_EQ(run({{"STAND_IN", "hangs-at-import"}}, {"--limit", "8", "--placement", "single"}).status.code, 3);
}

TEST_F(ModelsRehearse, LeavesNothingWhenItIsKilled) {
  process::CommandOptions options = command({"--exo", kStandIn, "--placement", "tensor-2"});
  options.environment["STAND_IN"] = "hangs";
  process::Child harness = process::Child::start(options);
  ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), 10ms, [&] { return pids().size() == 2; }));
  ::kill(harness.pid(), SIGKILL);
  ASSERT_TRUE(harness.wait(Deadline::after(kTestLimit)).has_value());
#ifdef __linux__
  EXPECT_TRUE(wait_until(Deadline::after(kTestLimit), 10ms, [&] { return all_gone(); }));
#endif
  EXPECT_EQ(twins(), 1);

  process::CommandOptions sweep = command({});
  sweep.command = {EXO_BIN_DIR "/exo-harness", "sweep", "--out", records().string()};
  EXPECT_THAT(process::run_command(sweep, Deadline::after(kTestLimit)).output,
              HasSubstr("swept   1 rehearsal that was killed"));
}

TEST_F(ModelsRehearse, IsOverAtOnceWhenTheUserWantsIt) {
  process::CommandOptions options = command({"--exo", kStandIn, "--placement", "tensor-2", "--limit", "3600"});
  options.environment["STAND_IN"] = "hangs";
  process::Child harness = process::Child::start(options);
  ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), 10ms, [&] { return pids().size() == 2; }));
  ::kill(harness.pid(), SIGINT);

  const auto status = harness.wait(Deadline::after(kTestLimit));

  ASSERT_TRUE(status.has_value());
  EXPECT_EQ(status->code, 2) << harness.output();
  EXPECT_THAT(harness.output(), HasSubstr("the rehearsal was stopped"));
  EXPECT_TRUE(all_gone());
}

TEST_F(ModelsRehearse, GuessesNothingWithoutAnExo) {
  const auto without = [&](const std::string& exo) {
    return process::run_command(command({"--exo", exo}), Deadline::after(kTestLimit));
  };
  const CommandResult empty = without(records().string());
  EXPECT_EQ(empty.status.code, 3);
  EXPECT_THAT(empty.output, AllOf(HasSubstr("not rehearsed: no Exo here"), Not(HasSubstr("works"))));
  EXPECT_EQ(without("/does/not/exist").status.code, 2);

  const CommandResult python_alone = run({{"STAND_IN", "no-exo"}});
  EXPECT_EQ(python_alone.status.code, 3);
  EXPECT_THAT(python_alone.output, HasSubstr("not rehearsed: no Exo here: ModuleNotFoundError: No module named 'exo'"));
}

}  // namespace
}  // namespace exo_harness::tools
