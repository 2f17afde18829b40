#include "parse.h"

#include <functional>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/excerpt.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/log_line.h"
#include "exo_harness/exo/state_memory.h"
#include "exo_harness/exo/topology.h"

namespace exo_harness::exo {
namespace {

TEST(ErrorText, FollowsTheOrderOfTheContract) {
  EXPECT_EQ(
      error_text(
          R"({"detail":[{"loc":["body","messages",0],"msg":"Field required"},{"msg":"b"}],"error":{"message":"no"}})"),
      "body.messages.0: Field required; b");
  EXPECT_EQ(error_text(R"({"error":{"message":"No instance found"},"detail":"x"})"), "No instance found");
  EXPECT_EQ(error_text(R"({"detail":"Not Found"})"), "Not Found");
  EXPECT_EQ(error_text(" \n"), "empty answer");
  EXPECT_EQ(error_text(R"({"other":1})"), R"({"other":1})");
  EXPECT_EQ(error_text("Internal Server Error"), "Internal Server Error");
  EXPECT_EQ(error_text("bad \xFF byte"), "bad \\xFF byte");
}

TEST(WriteChat, SendsWhatIsSetAndNothingElse) {
  ChatRequest request;
  request.model = "m";
  request.messages = {{"user", "Grüße \"x\""}};
  EXPECT_EQ(
      nlohmann::json::parse(write_chat(request, true)),
      nlohmann::json::parse(R"({"model":"m","messages":[{"role":"user","content":"Grüße \"x\""}],"stream":true})"));
  request.greedy().top_logprobs = 5;
  request.stop = {"."};
  const auto json = nlohmann::json::parse(write_chat(request, false));
  EXPECT_EQ(json["logprobs"], true);
  EXPECT_EQ(json["temperature"], 0);
  EXPECT_TRUE(json.contains("seed") && json.contains("min_p") && json.contains("top_k") && json.contains("top_p"));
  EXPECT_EQ(json["stop"], nlohmann::json::array({"."}));
}

TEST(Parse, RefusesWhatIsTooDeepOrTooOdd) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  for (const std::string& text : {deep, std::string("{\"a\":1e999}"), std::string("nul"), std::string("")}) {
    const auto state = parse_state(text);
    ASSERT_FALSE(state.ok());
    EXPECT_EQ(state.failure().kind, FailureKind::malformed);
  }
}

TEST(Parse, NamesThePlaceOfWhatIsWrong) {
  const auto state = parse_state(
      R"({"topology":{"nodes":[],"connections":{}},"instances":{},"runners":{"a/b":{"RunnerLoading":{"layersLoaded":"x"}}}})");
  ASSERT_FALSE(state.ok());
  EXPECT_TRUE(contains(state.failure().what, "/runners/a~1b/RunnerLoading/layersLoaded")) << state.failure().what;
}

TEST(Parse, WhatIsNoStateIsNone) {
  for (const char* text : {"{}", "[]", "5", "\"exo\"", R"({"topology":5})"})
    EXPECT_FALSE(parse_state(text).ok()) << text;
}

TEST(Parse, UnknownTagsAreData) {
  const auto state = parse_state(R"({"newThing":1,"topology":{"nodes":["n"],"connections":{"n":{"m":[{"teleport":1}]}}},
      "instances":{"i":{"WarpInstance":{"x":1}}},"runners":{"r":{"RunnerDreaming":{}}},
      "downloads":{"n":[{"DownloadPaused":{}}]},"tasks":{"t":{"Dance":{"taskStatus":"Running"}}}})");
  ASSERT_TRUE(state.ok()) << to_string(state.failure());
  EXPECT_EQ(state->instances.at("i").tag, "WarpInstance");
  EXPECT_EQ(state->runners.at("r").tag, "RunnerDreaming");
  EXPECT_EQ(state->phase_of("r"), RunnerPhase::unknown);
  EXPECT_EQ(state->edges.front().kind, Edge::Kind::unknown);
  EXPECT_EQ(state->tasks.front().status, "Running");
  EXPECT_EQ(state->unknown.size(), 6u) << join(state->unknown, " ");
}

/// A state of which the members are given; what must be there and is not, is empty.
std::string state_with(const std::string& members,
                       const std::string& topology = R"({"nodes":["n"],"connections":{}})") {
  return R"({"instances":{},"runners":{},"topology":)" + topology + "," + members + "}";
}

std::string many(int count, const std::function<std::string(int)>& item) {
  std::string all;
  for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + item(i);
  return all;
}

TEST(AState, OfMoreThanAnyClusterHasIsRefusedWithThePlace) {
  const auto task = [](int i) { return format(R"("{}":{{"LoadModel":{{}}}})", i); };
  const auto node = [](int i) { return format(R"("12D3KooW{:044}")", i); };
  const auto edge = [](int) { return std::string(R"({"sourceRdmaIface":"a","sinkRdmaIface":"b"})"); };

  const auto tasks = parse_state(state_with(R"("tasks":{)" + many(100'000, task) + "}"));
  const auto nodes =
      parse_state(state_with(R"("tasks":{})", R"({"connections":{},"nodes":[)" + many(300'000, node) + "]}"));
  const auto edges = parse_state(
      state_with(R"("tasks":{})", R"({"nodes":[],"connections":{"a":{"b":[)" + many(200'000, edge) + "]}}}"));

  ASSERT_FALSE(tasks.ok() || nodes.ok() || edges.ok());
  EXPECT_TRUE(contains(tasks.failure().what, "more than 65536 entries")) << tasks.failure().what;
  EXPECT_TRUE(contains(nodes.failure().what, "which is the limit at '/topology/nodes/")) << nodes.failure().what;
  EXPECT_TRUE(contains(edges.failure().what, "the limit at '/topology/connections/a/b/")) << edges.failure().what;
  EXPECT_LT(to_string(edges.failure()).size(), 4000u);
}

TEST(AState, IsReadWhateverStandsInWhatNobodyKnows) {
  const std::string objects = many(500'000, [](int) { return std::string(R"({"a":[]})"); });

  const auto state =
      parse_state(state_with(R"("zzz":[)" + objects + R"(],"yyy":")" + std::string(5'000'000, 'y') + '"'));

  ASSERT_TRUE(state.ok()) << state.failure().what;
  EXPECT_EQ(join(state->unknown, " "), "/yyy /zzz");
}

TEST(AState, WithAStringWithoutMeasureIsRefused) {
  const auto state = parse_state(state_with(R"("zzz":")" + std::string(9u << 20, 'z') + '"'));

  ASSERT_FALSE(state.ok());
  EXPECT_TRUE(contains(state.failure().what, "a string of 9.4 MB")) << state.failure().what;
}

TEST(AState, NamesAFewOfTheThingsThatAreUnknown) {
  const auto state = parse_state(state_with(many(5000, [](int i) { return format(R"("new{}":1)", i); })));

  ASSERT_TRUE(state.ok());
  EXPECT_EQ(state->unknown.size(), 101u);
  EXPECT_EQ(state->unknown.back(), "and more");
}

TEST(AState, OfTwoMembersOfOneNameHasTheLast) {
  const auto state = parse_state(state_with(R"("topology":{"nodes":["a","b"],"connections":{}})"));

  ASSERT_TRUE(state.ok());
  EXPECT_EQ(join(state->nodes, " "), "a b");
}

TEST(AState, ThatIsNoJsonBehindWhatIsUsedIsNone) {
  for (const char* rest : {R"("zzz":[1,)", R"("zzz":nul)", R"("zzz":[1})", R"("zzz":{"a" 1})", R"("a":1}{)"})
    EXPECT_FALSE(parse_state(state_with(rest)).ok()) << rest;
}

TEST(AState, KnowsOnHowManyOfItsNodesAModelIs) {
  using Status = Download::Status;
  State state;
  state.nodes = {"a", "b"};
  const auto add = [&](const char* node, const char* model, Status status) {
    Download download;
    download.node_id = node;
    download.model_id = model;
    download.status = status;
    state.downloads.push_back(download);
  };
  add("a", "m", Status::completed);
  add("b", "m", Status::ongoing);
  add("b", "other", Status::completed);
  add("gone", "m", Status::completed);
  EXPECT_TRUE(state.has_model("a", "m"));
  EXPECT_FALSE(state.has_model("b", "m")) << "it is on its way";
  EXPECT_EQ(state.nodes_with("m"), 1) << "who left counts no more";
  EXPECT_EQ(state.nodes_with("other"), 1);
  EXPECT_EQ(state.nodes_with("nobody's"), 0);
}

TEST(ATopology, OfTheSameTextIsReadOnce) {
  const std::string edges =
      R"({"nodes":["a","b"],"connections":{"a":{"b":[{"sourceRdmaIface":"x","sinkRdmaIface":"y"}]}}})";
  StateMemory memory;

  const auto first = parse_topology(state_with(R"("tasks":{})", edges), memory);
  const auto second = parse_topology(state_with(R"("nodeBackends":{})", edges), memory);
  const auto other = parse_topology(state_with(R"("tasks":{})"), memory);
  const auto state = parse_state(state_with(R"("tasks":{})", edges), memory);

  ASSERT_TRUE(first.ok() && second.ok() && other.ok() && state.ok());
  EXPECT_EQ(first->topology, second->topology);
  EXPECT_EQ(first->generation, Generation::v1_0_71);
  EXPECT_EQ(second->generation, Generation::main);
  EXPECT_EQ(join(other->topology->nodes, " "), "n");
  EXPECT_EQ(state->edges, first->topology->edges);
}

std::string said_of_work(const State& state) {
  std::string out;
  for (const Task& task : state.tasks)
    out += format("{} {} {} {}\n", task.id, task.kind, task.status, task.instance_id);
  for (const Download& one : state.downloads) out += format("{} {}\n", one.node_id, one.tag);
  return out;
}

std::string with_work(const std::string& tasks, const std::string& downloads) {
  return state_with(R"("tasks":{)" + tasks + R"(},"downloads":{"n":[)" + downloads + "]}");
}

/// The same as Exo tells of a task, with a tag that nobody knows in it.
std::string task_text(const char* id, const char* status) {
  return format(R"("{}":{{"Odd":{{"taskStatus":"{}","instanceId":"i"}}}})", id, status);
}

const std::string kPendingDownload =
    R"({"DownloadPending":{"shardMetadata":{"PipelineShardMetadata":{"modelCard":{"modelId":"m"}}}}})";

TEST(AStateMemory, ChangesNothingOfWhatAStateSays) {
  const std::string& pending = kPendingDownload;
  const std::string other = R"({"DownloadStrange":{}})";
  const std::string texts[] = {
      with_work("", ""),
      with_work(task_text("a", "Running") + "," + task_text("b", "Pending"), pending),
      with_work(task_text("a", "Complete") + "," + task_text("b", "Pending"), pending),
      with_work(task_text("b", "Pending") + "," + task_text("c", "Pending"), pending + "," + other),
      with_work(task_text("c", "Pending"), ""),
      state_with(R"("nodeBackends":{})"),
      with_work(task_text("b", "Failed"), other),
  };
  StateMemory memory;

  for (const std::string& text : texts) {
    SCOPED_TRACE(text);
    const auto fresh = parse_state(text), again = parse_state(text, memory), twice = parse_state(text, memory);
    ASSERT_TRUE(fresh.ok() && again.ok() && twice.ok());
    for (const State* seen : {&again.value(), &twice.value()}) {
      EXPECT_EQ(said_of_work(*seen), said_of_work(*fresh));
      EXPECT_EQ(seen->unknown, fresh->unknown);
    }
  }
}

TEST(AStateMemory, TakesTheDownloadsOfTheLookBeforeForNoOthers) {
  StateMemory memory;
  ASSERT_TRUE(parse_state(with_work("", kPendingDownload), memory));
  EXPECT_FALSE(parse_state(with_work("", "7"), memory)) << "a broken text is told, whatever was read before";
  EXPECT_TRUE(parse_state(with_work("", ""), memory)->downloads.empty());
}

TEST(AStateMemory, RefusesAsMuchAsAFreshLook) {
  const std::string downloads = many(40'000, [](int) { return kPendingDownload; });
  const std::string tasks = many(55'000, [](int i) {
    return format(R"("{}":{{"LoadModel":{{"errorMessage":"{}"}}}})", i, std::string(150, 'e'));
  });
  StateMemory memory;

  ASSERT_TRUE(parse_state(with_work("", downloads), memory));

  EXPECT_FALSE(parse_state(with_work(tasks, downloads)));
  EXPECT_FALSE(parse_state(with_work(tasks, downloads), memory)) << "what is kept counts, too";
}

TEST(Replay, ShowsAnInstanceThatCameAndWentWithTheDeathOfItsRunner) {
  const std::string events = R"([
    {"NodeTimedOut": {"event_id": "e0", "node_id": "aa"}},
    {"InstanceCreated": {"event_id": "e1", "instance": {"MlxRingInstance": {"instance_id": "i", "shard_assignments":
      {"model_id": "m", "node_to_runner": {"aa": "r"}, "runner_to_shard": {"r": {"PipelineShardMetadata":
        {"device_rank": 0, "world_size": 1}}}}, "hosts_by_node": {}}}}},
    {"RunnerStatusUpdated": {"event_id": "e2", "runner_id": "r", "runner_status":
      {"RunnerFailed": {"error_message": "boom"}}}},
    {"InstanceDeleted": {"event_id": "e3", "instance_id": "i"}}])";
  std::vector<State> seen;

  ASSERT_TRUE(replay_events(events, -1, [&](const State& state) { seen.push_back(state); }));

  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].instances.at("i").rank(0)->node_id, "aa");
  EXPECT_EQ(seen[1].runners.at("r").error_message, "boom");
  EXPECT_TRUE(seen[2].instances.empty());
}

// Another placement of the same model may have failed before.
TEST(Replay, ShowsOnlyWhatCameBehindAnEvent) {
  const std::string events = R"([
    {"RunnerStatusUpdated": {"runner_id": "r", "runner_status": {"RunnerFailed": {"error_message": "before"}}}},
    {"NodeTimedOut": {"node_id": "aa"}},
    {"RunnerStatusUpdated": {"runner_id": "r", "runner_status": {"RunnerReady": {}}}}])";
  std::vector<State> seen;

  ASSERT_TRUE(replay_events(events, 1, [&](const State& state) { seen.push_back(state); }));

  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].phase_of("r"), RunnerPhase::ready);
}

TEST(Replay, OfWhatIsNoListOfEventsFails) {
  EXPECT_FALSE(replay_events(R"([{"InstanceCreated": {"instance": 7}}])", -1, [](const State&) {}));
  EXPECT_FALSE(replay_events("{", -1, [](const State&) {}));
}

TEST(Parse, BothSpellingsAreRead) {
  const auto instance = parse_instance(R"({"MlxRingInstance":{"instance_id":"i","shard_assignments":{"model_id":"m",
      "runner_to_shard":{"r":{"PipelineShardMetadata":{"device_rank":0,"world_size":1,"start_layer":0,"end_layer":4,"n_layers":4}}},
      "node_to_runner":{"n":"r"}},"hosts_by_node":{"n":[{"ip":"0.0.0.0","port":1}]},"ephemeral_port":1}})");
  ASSERT_TRUE(instance.ok()) << to_string(instance.failure());
  EXPECT_EQ(instance->id, "i");
  EXPECT_EQ(short_name(*proven_mode(*instance)), "single");
}

TEST(Excerpt, KeepsHeadAndTail) {
  Excerpt small, big;
  small.add("abc");
  EXPECT_EQ(small.text(), "abc");
  big.add("HEAD");
  for (int i = 0; i < 100; ++i) big.add(std::string(10'000, 'x'));
  big.add("TAIL");
  const std::string text = big.text();
  EXPECT_LT(text.size(), 270'000u);
  EXPECT_EQ(text.substr(0, 4), "HEAD");
  EXPECT_EQ(text.substr(text.size() - 4), "TAIL");
  EXPECT_TRUE(contains(text, "bytes left out"));
}

TEST(LogLine, ReadsBothForms) {
  const auto form_long = parse_log_line(
      "[ 2026-11-23 04:41:04.963 | INFO     | exo.worker.runner.llm_inference.runner:handle_first_task:224 ] runner "
      "ready");
  ASSERT_TRUE(form_long);
  EXPECT_EQ(form_long->level, "INFO");
  EXPECT_EQ(form_long->place, "exo.worker.runner.llm_inference.runner:handle_first_task:224");
  EXPECT_EQ(form_long->message, "runner ready");
  const auto form_short = parse_log_line("\x1b[32m[ 04:59:13.1258AM | \x1b[1mINFO    \x1b[0m] Node elected Master\n");
  ASSERT_TRUE(form_short);
  EXPECT_EQ(form_short->time, "04:59:13.1258AM");
  EXPECT_EQ(form_short->message, "Node elected Master");
}

TEST(LogLine, FindsAHeaderThatMlxPushedIntoTheLine) {
  const auto line = parse_log_line("[ring][ 04:59:34.9455AM | WARNING ] text [ with | brackets ]");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->level, "WARNING");
  EXPECT_EQ(line->message, "text [ with | brackets ]");
}

TEST(LogLine, WhatIsNoHeaderIsAContinuation) {
  for (const char* text : {"", "Traceback (most recent call last):", "[ INFO ] x", "[ 04:59:13.1258AM | info ] x",
                           "[ 2026-11-23 04:41:04.963 | INFO ] x", "  [ 1 | 2 ]"}) {
    EXPECT_FALSE(parse_log_line(text)) << text;
  }
}

}  // namespace
}  // namespace exo_harness::exo
