// `exo-harness load` through the binary, on fake clusters that are well and that are not.
#include <atomic>
#include <csignal>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/child.h"

#include "http/scripted_server.h"

namespace exo_harness::tools {
namespace {

using nlohmann::json;
using testing::HasSubstr;

struct Seen {
  int exit_code = -1;
  json document;  ///< Of --json; null when that was none.
  std::string output;
};

class LoadCommand : public testing::Test {
 protected:
  /// On a fake node with these faults.
  Seen load(std::vector<std::string> arguments, const std::string& faults = "",
            const std::string& generation = "v1.0.71") {
    const auto file = folder_.path() / "cluster.toml";
    write_file(file,
               format("name = \"one\"\nnodes = 1\nspeed = 0\nmodels = [\"llama-3.2-1b\"]\nplacements = [\"single\"]\n"
                      "[env]\nEXO_FAKE_FAULTS = \"{}\"\nEXO_FAKE_GENERATION = \"{}\"\n",
                      faults, generation));
    arguments.insert(arguments.begin(), {"--cluster", file.string()});
    return run(std::move(arguments));
  }
  Seen run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {EXO_BIN_DIR "/exo-harness", "load", "--json", "--out", (folder_.path() / "runs").string()});
    process::CommandOptions command;
    command.command = arguments;
    const auto result = process::run_command(command, Deadline::after(milliseconds(50000)));
    Seen seen;
    seen.exit_code = result.status.code;
    seen.output = result.output;
    const std::size_t begin = result.output.find("{\n");
    if (begin != std::string::npos)
      seen.document = json::parse(result.output.substr(begin, result.output.rfind("}\n") + 1 - begin), nullptr, false);
    return seen;
  }
  static json result_of(const Seen& seen) {
    EXPECT_TRUE(seen.document.is_object()) << seen.output;
    return seen.document.is_object() ? seen.document.at("loads").at(0).value("result", json::object()) : json::object();
  }

  TemporaryFolder folder_{"load"};
};

TEST_F(LoadCommand, CountsEveryTokenOfBothGenerations) {
  for (const char* generation : {"v1.0.71", "main"}) {
    const Seen seen =
        load({"--concurrency", "3", "--requests", "9", "--max-tokens", "20", "--slo", "ttft=60s"}, "", generation);
    EXPECT_EQ(seen.exit_code, 0) << seen.output;
    const json result = result_of(seen);
    EXPECT_EQ(result["completed"], 9);
    EXPECT_EQ(result["warm_ups"], 3);
    EXPECT_EQ(result["tokens"]["by_usage"], 180);
    EXPECT_EQ(result["tokens"]["frames"], 180);
    EXPECT_EQ(result["goodput"]["good"], 9);
    EXPECT_EQ(result["metrics"]["ttft_ms"]["n"], 9);
    EXPECT_FALSE(result["metrics"]["ttft_ms"].contains("p99")) << "nine samples bear none";
  }
}

TEST_F(LoadCommand, IsRedForLostTokens) {
  const Seen seen = load({"--requests", "4", "--max-tokens", "20"}, "lost-frames:every=6");
  EXPECT_EQ(seen.exit_code, 1);
  EXPECT_EQ(result_of(seen)["tokens"]["fewer_frames"], 4);
}

TEST_F(LoadCommand, DropsNoFailure) {
  const Seen seen = load({"--requests", "6", "--warm-ups", "0"}, "error-in-stream:after=2,skip=2,times=2");
  EXPECT_EQ(seen.exit_code, 1);
  const json result = result_of(seen);
  EXPECT_EQ(result["completed"], 4);
  EXPECT_EQ(result["failed"], 2);
  EXPECT_EQ(result["failures"][0]["kind"], "error_in_200");
  EXPECT_EQ(result["failures"][0]["count"], 2);
}

TEST_F(LoadCommand, OfKeepAlivesAloneHangs) {
  const Seen seen = load({"--requests", "1", "--warm-ups", "0", "--silence", "1"}, "keep-alive-forever");
  EXPECT_EQ(seen.exit_code, 1);
  EXPECT_EQ(seen.document.value("verdict", ""), "hang") << seen.output;
  EXPECT_EQ(result_of(seen)["failures"][0]["kind"], "stalled");
}

TEST_F(LoadCommand, ClimbsTheLadderAsFarAsTheModelGoes) {
  const Seen seen = load({"--requests", "2", "--prompt-tokens", "512,2048,200000"});
  EXPECT_EQ(seen.exit_code, 0) << seen.output;
  const json loads = seen.document.at("loads");
  ASSERT_EQ(loads.size(), 3u);
  EXPECT_NEAR(loads[1]["result"]["metrics"]["prompt_tokens"]["p50"].get<double>(), 2048, 100);
  EXPECT_EQ(loads[1]["result"]["keys"]["found"], 2);
  EXPECT_THAT(loads[2].value("skipped", ""), HasSubstr("longer than the model's context of 131072"));
}

TEST_F(LoadCommand, StopsOnTheLadderWhereTheTextIsNotRead) {
  const Seen seen = load({"--requests", "4", "--prompt-tokens", "2048,4096"}, "lies:about=head");
  EXPECT_EQ(seen.exit_code, 1);
  EXPECT_EQ(seen.document.at("loads").size(), 1u) << "a longer one does not go better";
}

TEST_F(LoadCommand, KeepsAScheduleAndClimbsARamp) {
  const Seen open = load({"--rate", "200", "--fixed", "--requests", "10", "--max-tokens", "4"});
  EXPECT_EQ(open.exit_code, 0) << open.output;
  EXPECT_EQ(result_of(open)["metrics"]["ttft_scheduled_ms"]["n"], 10);
  const Seen ramp = load({"--ramp", "4", "--requests", "4", "--max-tokens", "4"});
  EXPECT_EQ(ramp.exit_code, 0) << ramp.output;
  EXPECT_EQ(ramp.document.at("loads").at(0).at("levels").at(1).at("concurrency"), 2);
}

TEST_F(LoadCommand, MeasuresAnyServerAsItIs) {
  http::ScriptedServer server([](http::Connection& c) {
    c.read_request();
    c.begin_chunked();
    c.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a b\"}}]}\n\n");
    c.chunk(
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":1,"
        "\"completion_tokens\":5,\"total_tokens\":6}}\n\ndata: [DONE]\n\n");
    c.last_chunk();
  });
  const Seen seen = run({"--as-is", "--api", server.url(), "--model", "any/name", "--requests", "3"});
  EXPECT_EQ(seen.exit_code, 0) << seen.output;
  EXPECT_EQ(result_of(seen)["completed"], 3);
  EXPECT_THAT(result_of(seen)["doubts"].dump(), HasSubstr("fewer frames than tokens"));
}

TEST_F(LoadCommand, SaysThatNobodyIsThere) {
  const Seen seen = run({"--as-is", "--api", format("http://127.0.0.1:{}", http::closed_port()), "--model", "m"});
  EXPECT_EQ(seen.exit_code, 3) << seen.output;
  EXPECT_EQ(result_of(seen)["failures"][0]["kind"], "unreachable");
}

TEST_F(LoadCommand, ThatIsInterruptedSaysSo) {
  http::ScriptedServer server([answered = std::make_shared<std::atomic<int>>(0)](http::Connection& c) {
    c.read_request();
    c.begin_chunked();
    c.chunk("data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n");
    if ((*answered)++ > 0) return static_cast<void>(c.closed_by_client(Deadline::after(milliseconds(50000))));
    c.chunk("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
    c.last_chunk();
  });
  process::CommandOptions command;
  command.command = {EXO_BIN_DIR "/exo-harness",
                     "load",
                     "--as-is",
                     "--api",
                     server.url(),
                     "--model",
                     "m",
                     "--warm-ups",
                     "0",
                     "--out",
                     (folder_.path() / "runs").string()};
  process::Child load = process::Child::start(command);
  const Deadline limit = Deadline::after(milliseconds(50000));
  ASSERT_TRUE(wait_until(limit, milliseconds(1), [&] { return server.connections() == 2; }));
  ASSERT_EQ(::kill(load.pid(), SIGINT), 0);

  const auto ended = load.wait(limit);

  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code, 3) << load.output();
  EXPECT_THAT(load.output(), testing::AllOf(HasSubstr("inconclusive: Load.chat-p0-o64/m\n     interrupted\n"),
                                            testing::Not(HasSubstr("no failure message"))));
}

TEST_F(LoadCommand, RefusesWhatDoesNotFitTogether) {
  const std::vector<std::vector<std::string>> wrong = {{"--slo", "ttft=5"},
                                                       {"--as-is", "--model", "m"},
                                                       {"--ramp", "4", "--prompt-tokens", "64,128"},
                                                       {"--ramp", "4", "--rate", "2"},
                                                       {"--model", "no-such-model"},
                                                       {"--concurrency", "0"}};
  for (const auto& arguments : wrong) EXPECT_EQ(run(arguments).exit_code, 2) << arguments.front();
}

TEST_F(LoadCommand, KeepsABlockInTheJournal) {
  load({"--requests", "4"});
  std::vector<journal::BlockMeasured> blocks;
  const auto read = journal::read_journal(folder_.path() / "runs" / "latest" / "journal.jsonl");
  for (const journal::Record& record : read.records) {
    if (const auto* block = std::get_if<journal::BlockMeasured>(&record.body)) blocks.push_back(*block);
  }
  ASSERT_EQ(blocks.size(), 1u);
  EXPECT_EQ(blocks[0].workload, "chat-p0-o64");
  EXPECT_EQ(blocks[0].model, "llama-3.2-1b");
  EXPECT_EQ(blocks[0].samples.at("ttft_ms").size(), 4u);
}

}  // namespace
}  // namespace exo_harness::tools
