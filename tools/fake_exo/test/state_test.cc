// What a crowd tells each other is read as text (json/json_text.h): that it says the same as documents would.
#include "world/state.h"

#include <gmock/gmock.h>

#include "json/json_text.h"
#include "world/event_log.h"
#include "world/events.h"

namespace exo_harness::fake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kOne = "12D3KooWone", kOther = "12D3KooWother";

class AState : public testing::TestWithParam<bool> {
 protected:
  void hear(const Json& event) {
    const std::string text = text_of(event);
    EXPECT_TRUE(State::is_taken_as_text(text)) << text;
    state_.apply_text(++index_, text);
  }
  void edge(bool created, const std::string& ip = "127.0.0.12") { hear(edge_event(created, kOne, kOther, ip, 52415)); }
  void download(const char* kind, const char* model) {
    const Json shard = {{"PipelineShardMetadata", {{"model_card", {{"model_id", model}}}, {"device_rank", 0}}}};
    hear(download_progress({{kind, {{"node_id", kOne}, {"shard_metadata", shard}}}}));
  }
  void cable(const std::string& node, const char* from, const char* to) {
    const Json port = {{"rdma_interface", "rdma_en2"}, {"domain_uuid", from}, {"link_speed", "80 Gb/s"}};
    hear(node_gathered_info(node, {{"MacThunderboltIdentifiers", {{"idents", Json::array({port})}}}}));
    const Json conn = {{"source_uuid", from}, {"sink_uuid", to}};
    hear(node_gathered_info(node, {{"MacThunderboltConnections", {{"conns", Json::array({conn})}}}}));
    if (state_.is_main()) state_.apply(++index_, node_gathered_info(node, {{"RdmaCtlStatus", {{"enabled", true}}}}));
  }
  Json topology() { return state_.to_json()["topology"]; }

  State state_{GetParam()};
  std::int64_t index_ = -1;
};

INSTANTIATE_TEST_SUITE_P(Generations, AState, testing::Bool(),
                         [](const auto& info) { return info.param ? "Main" : "V1"; });

TEST_P(AState, ShowsTheNewestEdgeFirstAndEachOnce) {
  for (const char* ip : {"127.0.0.12", "::1", "127.0.0.12"}) edge(true, ip);
  const Json edges = topology()["connections"][kOne][kOther];

  ASSERT_THAT(edges, SizeIs(2));
  EXPECT_EQ(edges[0]["sinkMultiaddr"]["ip_address"], "::1") << "below sinkMultiaddr Exo keeps snake_case";
  EXPECT_EQ(edges[1]["sinkMultiaddr"]["port"], 52415);
  EXPECT_EQ(state_.to_json()["lastEventAppliedIdx"], 2);
}

TEST_P(AState, SaysOfOneMemberWhatItSaysOfItAmongAll) {
  edge(true);
  download("DownloadCompleted", "a/b");
  cable(kOne, "here", "there");
  const Json all = state_.to_json();

  for (const auto& [name, value] : all.items()) EXPECT_EQ(Json::parse(state_.member_text(name)), value) << name;
  EXPECT_EQ(state_.member_text("nope"), "");
}

TEST_P(AState, ForgetsAPairWithItsLastEdge) {
  edge(true);
  edge(false);

  EXPECT_THAT(topology()["connections"], IsEmpty());
  EXPECT_FALSE(state_.connections().has(kOne, kOther));
  edge(true);
  EXPECT_TRUE(state_.connections().has(kOne, kOther));
}

TEST_P(AState, KeepsTheLastWordOnADownload) {
  download("DownloadPending", "a/b");
  download("DownloadPending", "c/d");
  const std::string before = state_.to_text();
  download("DownloadCompleted", "a/b");
  const Json downloads = state_.to_json()["downloads"][kOne];

  EXPECT_NE(before, state_.to_text()) << "a member that is kept as text changes with what it says";
  ASSERT_THAT(downloads, SizeIs(2));
  EXPECT_EQ(downloads[0]["DownloadCompleted"]["shardMetadata"]["PipelineShardMetadata"]["modelCard"]["modelId"], "a/b");
  EXPECT_TRUE(state_.downloaded(kOne, "a/b"));
  EXPECT_FALSE(state_.downloaded(kOne, "c/d"));
}

TEST_P(AState, KeepsTheLastWordOnATask) {
  const auto event = [&](const char* tag, Json body) {
    body["task_id"] = "t";
    state_.apply(++index_, {{tag, body}});
    return state_.to_json()["tasks"];
  };
  const Json task = {{"TextGeneration", {{"task_id", "t"}, {"task_status", "Pending"}, {"error_type", nullptr}}}};

  EXPECT_EQ(event("TaskCreated", {{"task", task}})["t"]["TextGeneration"]["taskStatus"], "Pending");
  EXPECT_EQ(event("TaskStatusUpdated", {{"task_status", "Running"}})["t"]["TextGeneration"]["taskStatus"], "Running");
  const Json failed = event("TaskFailed", {{"error_type", "X"}, {"error_message", "boom"}});
  EXPECT_EQ(failed["t"]["TextGeneration"]["errorMessage"], "boom");
  EXPECT_THAT(event("TaskDeleted", Json::object()), IsEmpty());
}

TEST_P(AState, KnowsTheLastWordOnMemoryAndWhenItCame) {
  for (const std::uint64_t free : {7u, 5u}) {
    Json heard = node_gathered_info(kOne, {{"ram_total", {{"in_bytes", 9}}}, {"ram_available", {{"in_bytes", free}}}});
    heard["NodeGatheredInfo"]["when"] = "2026-01-02 03:04:05.678901+00:00";
    hear(heard);
  }
  const Json state = state_.to_json();

  EXPECT_EQ(state_.available(kOne), 5u);
  EXPECT_EQ(state_.available(kOther), 0u) << "unknown";
  EXPECT_EQ(state["nodeMemory"][kOne], Json({{"ramTotal", {{"inBytes", 9}}}, {"ramAvailable", {{"inBytes", 5}}}}));
  EXPECT_EQ(state["lastSeen"][kOne], "2026-01-02T03:04:05.678901Z");
}

TEST(EventLog, ForgetsOldTokensAndMemoryOnly) {
  EventLog log;
  const Json memory = {{"ram_total", {{"in_bytes", 9}}}};
  log.add(0, text_of(node_gathered_info(kOne, memory)));
  log.add(1, text_of(node_gathered_info(kOne, {{"MiscData", {{"friendly_name", "one"}}}})));
  log.add(2, text_of(chunk_generated("c", {{"text", "\"info\":{\"ram_total\""}})));
  log.add(3, text_of(edge_event(true, kOne, kOther, "::1", 1)));
  for (std::int64_t i = 4; i < 1000; ++i) log.add(i, text_of(runner_status("r", std::string(8000, 'x'))));

  ASSERT_THAT(log.entries(), SizeIs(998));
  EXPECT_EQ(log.entries()[0].index, 1);
  EXPECT_EQ(log.entries()[1].index, 3);
}

TEST_P(AState, FindsRdmaEdgesByCablesOfBothEnds) {
  cable(kOne, "A", "B");
  EXPECT_THAT(topology()["connections"], IsEmpty()) << "nobody has said who B is";
  cable(kOther, "B", "A");

  EXPECT_EQ(topology()["connections"][kOther][kOne][0],
            Json({{"sourceRdmaIface", "rdma_en2"}, {"sinkRdmaIface", "rdma_en2"}}));
  EXPECT_EQ(state_.to_json()["nodeThunderbolt"][kOne]["interfaces"][0]["domainUuid"], "A");
}

TEST_P(AState, ForgetsAllOfANodeThatTimedOut) {
  edge(true);
  download("DownloadCompleted", "a/b");
  cable(kOne, "A", "B");
  cable(kOther, "B", "A");
  state_.to_text();
  state_.apply(++index_, node_timed_out(kOne));
  const Json left = state_.to_json();

  EXPECT_THAT(left["topology"]["nodes"], ElementsAre(kOther));
  EXPECT_THAT(left["topology"]["connections"], IsEmpty());
  EXPECT_THAT(left["downloads"], IsEmpty());
  EXPECT_FALSE(left["nodeThunderbolt"].contains(kOne));
  EXPECT_FALSE(left["lastSeen"].contains(kOne));
}

TEST(JsonText, FindsAMemberAtAnyDepthAndNotInsideAString) {
  const std::string text =
      text_of({{"said", "\"id\":7"}, {"of", {{"id", "a \"b\" \\"}, {"rest", Json::array({1, 2})}}}});

  EXPECT_EQ(unquoted(member(text, "id")), "a \"b\" \\");
  EXPECT_EQ(member(text, "rest"), "[1,2]");
  EXPECT_EQ(member(text, "none"), "");
}

TEST(JsonText, PutsKeysIntoCamelCaseAsDocumentsAre) {
  const Json value = {
      {"in_bytes", 1}, {"_a_", "snake_case"}, {"b", Json::array({{{"x_y_z", nullptr}, {"", "c_d\""}}})}};

  EXPECT_EQ(camel_text(text_of(value)), text_of(to_camel(value)));
}

TEST(JsonText, FindsTheObjectsOfAnArray) {
  EXPECT_THAT(objects(R"([{"a":"}"},{"b":[{}]}])"), ElementsAre(R"({"a":"}"})", R"({"b":[{}]})"));
  EXPECT_THAT(objects("[]"), IsEmpty());
}

TEST(JsonText, WritesAStringAsADocumentDoes) {
  for (const char* text : {"plain", "a \"b\" \\", "line\n", "ü"}) EXPECT_EQ(json_string(text), text_of(text));
}

TEST(EventLog, KeepsThePlaceOfWhatItForgets) {
  EventLog log;
  const std::string token = R"({"ChunkGenerated":")" + std::string(1u << 20, 'x') + R"("})";
  for (std::int64_t i = 0; i < 600; ++i) log.add(i, i < 7 ? token : R"({"InstanceDeleted":{}})");
  for (std::int64_t i = 600; i < 604; ++i) log.add(i, token);

  const Json list = Json::parse(log.to_text());

  ASSERT_EQ(list.size(), 604u);
  EXPECT_TRUE(list[3].contains("TestEvent"));
  EXPECT_TRUE(list[7].contains("InstanceDeleted"));
  EXPECT_TRUE(list[603].contains("ChunkGenerated"));
}

}  // namespace
}  // namespace exo_harness::fake
