#include "replay.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/exo/dialect.h"
#include "exo_harness/exo/version.h"

namespace exo_harness::exo {
namespace {

using std::chrono::seconds;

Deadline soon() {
  return Deadline::after(seconds(10));
}

/// A client whose server answers everything with one recording.
class Replayed {
 public:
  explicit Replayed(Recording recording)
      : server_([r = std::move(recording)](http::Connection& c) {
          while (!c.read_request().empty()) replay(c, r);
        }),
        client(server_.url()) {}
  Replayed(const std::string& folder, const std::string& number) : Replayed(find_recording(folder, number)) {}

 private:
  http::ScriptedServer server_;

 public:
  Client client;
};

ChatRequest chat_of(const Recording& r) {
  ChatRequest request;
  const auto json = nlohmann::json::parse(r.request_body, nullptr, false);
  if (json.is_object() && json.contains("model") && json["model"].is_string()) request.model = json["model"];
  return request;
}

template <class T>
std::string kind_of(const Outcome<T>& outcome) {
  return outcome.ok() ? "ok" : std::string(to_string(outcome.failure().kind));
}

/// What the typed call for this exchange comes to.
std::string call(Client& client, const Recording& r) {
  const bool asks_stream = contains(r.request_body, "\"stream\":true");
  const bool is_typed = r.method == "GET" || r.method == "POST" || r.method == "DELETE";
  const std::string path = is_typed ? r.path.substr(0, r.path.find('?')) : "";
  if (path == "/node_id") return kind_of(client.node_id(soon()));
  if (path == "/state") return kind_of(client.state(soon()));
  if (path == "/models" || path == "/v1/models") return kind_of(client.models(soon()));
  if (path == "/events") return kind_of(client.event_kinds(soon()));
  if (path == "/instance/previews") return kind_of(client.previews("m", soon()));
  if (path == "/instance/placement") return kind_of(client.preview_placement({}, soon()));
  if (path == "/place_instance") return kind_of(client.place({}, soon()));
  if (path.rfind("/v1/cancel/", 0) == 0) return kind_of(client.cancel("x", soon()));
  if (path == "/v1/chat/completions" || path == "/bench/chat/completions") {
    return asks_stream ? kind_of(client.stream_chat(chat_of(r), soon())) : kind_of(client.chat(chat_of(r), soon()));
  }
  for (const Dialect dialect : {Dialect::ollama, Dialect::claude, Dialect::responses})
    if (r.method == "POST" && path == path_of(dialect))
      return kind_of(ask_in(client, dialect, chat_of(r), r.is_stream, soon()));
  if (r.method == "DELETE") return kind_of(client.delete_instance("x", soon()));
  if (path.rfind("/instance/", 0) == 0 && path != "/instance/await") return kind_of(client.instance("x", soon()));
  const auto reply = client.raw(r.method, r.path, r.request_body, soon());
  return !reply.ok() ? kind_of(reply) : reply->status < 400 ? "ok" : "refused";
}

/// What contract 6 to 11 say that it comes to.
std::string expected(const Recording& r) {
  if (r.status >= 400) return "refused";
  if (contains(r.name, "must-fail-stream") || contains(r.name, "kill-runner")) return "error_in_200";
  // A call of a tool that the budget cuts (finding cut-tool-call-is-an-error). Two dialects hide it in a stream.
  if (contains(r.name, "claude-tool-call-cut-stream")) return "truncated";
  if (contains(r.name, "responses-tool-call-cut-stream")) return "ok";
  if (contains(r.name, "tool-call-cut-stream")) return "error_in_200";
  if (contains(r.name, "tool-call-cut")) return "empty_answer";
  if (contains(r.name, "must-fail") || contains(r.name, "must-oom") || contains(r.name, "messages-empty")) {
    return "empty_answer";
  }
  if (contains(r.name, "kill-node") || contains(r.name, "stream-cancelled")) return "truncated";
  if (contains(r.name, "v1.0.71") && contains(r.name, "bench-stream")) return "mismatch";
  return "ok";
}

class EveryExchange : public testing::TestWithParam<std::string> {};

TEST_P(EveryExchange, ComesToWhatTheContractSays) {
  int checked = 0;
  for (const Recording& r : load_recordings(GetParam())) {
    if (!r.answered) continue;
    Replayed replayed(r);
    EXPECT_EQ(call(replayed.client, r), expected(r)) << r.name;
    ++checked;
  }
  EXPECT_GE(checked, 15);
}

INSTANTIATE_TEST_SUITE_P(Contract, EveryExchange,
                         testing::Values("v1.0.71/contract", "v1.0.71/faults", "main-2026-06/contract",
                                         "main-2026-06/faults", "zenoh-2026-06/contract", "zenoh-2026-06/faults"));

class Answers : public testing::TestWithParam<std::string> {
 protected:
  bool is_main() const { return GetParam() != "v1.0.71"; }
  std::string contract() const { return GetParam() + "/contract"; }
  std::string faults() const { return GetParam() + "/faults"; }
};

INSTANTIATE_TEST_SUITE_P(Contract, Answers, testing::Values("v1.0.71", "main-2026-06", "zenoh-2026-06"),
                         [](const auto& info) {
                           return info.param == "v1.0.71" ? "V1" : info.param == "zenoh-2026-06" ? "Zenoh" : "Main";
                         });

TEST_P(Answers, AStreamSaysWhatTheWholeAnswerSays) {
  for (const auto& [whole, stream] : {std::pair("30", "31"), {"48", "49"}, {"58", "59"}, {"68", "69"}, {"78", "79"}}) {
    Replayed a(contract(), whole), b(contract(), stream);
    const auto answer = a.client.chat({}, soon());
    const auto streamed = b.client.stream_chat({}, soon());
    ASSERT_TRUE(answer.ok() && streamed.ok()) << whole;
    EXPECT_EQ(streamed->answer.content, answer->content);
    EXPECT_EQ(streamed->answer.finish_reason, "length");
    EXPECT_EQ(streamed->answer.usage->completion_tokens, 8);
    EXPECT_EQ(join(streamed->trace.deltas, ""), answer->content);
    EXPECT_EQ(streamed->answer.unknown, std::vector<std::string>{});
    EXPECT_EQ(answer->unknown, std::vector<std::string>{});
  }
}

TEST_P(Answers, AStreamIsTraced) {
  Replayed replayed(contract(), "31");
  const auto stream = replayed.client.stream_chat({}, soon());
  ASSERT_TRUE(stream.ok());
  const StreamTrace& t = stream->trace;
  EXPECT_EQ(t.command_id, stream->answer.id);
  EXPECT_EQ(t.data_events, 8);
  EXPECT_EQ(t.keep_alives, 1);
  EXPECT_EQ(t.progress_events, 2);
  EXPECT_EQ(t.prefill_processed, 1);
  EXPECT_TRUE(t.done);
  EXPECT_EQ(t.token_ns.size(), 6u) << "two of the eight frames hold back bytes";
  EXPECT_EQ(stream->answer.stats->prefix_cache_hit, "exact");
  EXPECT_GT(stream->answer.stats->peak_memory_bytes, 0u);
}

TEST_P(Answers, LogprobsStandForTheText) {
  for (const char* number : {"32", "50", "60", "70", "80"}) {
    Replayed replayed(contract(), number);
    const auto answer = replayed.client.chat({}, soon());
    ASSERT_TRUE(answer.ok());
    ASSERT_EQ(answer->logprobs.size(), 8u);
    std::string text;
    for (const TokenLogprob& entry : answer->logprobs) {
      text += entry.token;
      ASSERT_EQ(entry.top.size(), 5u);
      EXPECT_EQ(entry.top.front().logprob, entry.logprob);
    }
    EXPECT_EQ(text, answer->content) << number;
  }
}

TEST_P(Answers, BenchHasStatisticsAndNoUsage) {
  Replayed replayed(contract(), "35");
  const auto answer = replayed.client.bench({}, soon());
  ASSERT_TRUE(answer.ok());
  EXPECT_FALSE(answer->usage.has_value());
  EXPECT_EQ(answer->stats->prefix_cache_hit, "none");
  EXPECT_EQ(answer->stats->generation_tokens, 8);
}

TEST_P(Answers, BenchStreamsOnMainOnly) {
  Replayed replayed(contract(), "34");
  const auto stream = replayed.client.stream_bench({}, soon());
  if (!is_main()) {
    ASSERT_FALSE(stream.ok());
    EXPECT_EQ(stream.failure().kind, FailureKind::mismatch);
    return;
  }
  ASSERT_TRUE(stream.ok());
  ASSERT_EQ(stream->answer.logprobs.size(), 8u);
  EXPECT_EQ(stream->answer.logprobs.front().top.size(), 20u);
  EXPECT_EQ(stream->answer.stats->prefix_cache_hit, "none");
}

TEST_P(Answers, PreviewLabelsLieForOneNode) {
  Replayed replayed(contract(), "16");
  const auto previews = replayed.client.previews("exo-harness/tiny-llama", soon());
  ASSERT_TRUE(previews.ok());
  EXPECT_EQ(previews->size(), is_main() ? 6u : 8u);
  int lies = 0, refused = 0;
  for (const Preview& p : *previews) {
    refused += p.error.empty() ? 0 : 1;
    if (p.sharding == "Tensor" && p.instance && short_name(*proven_mode(*p.instance)) == "single") ++lies;
  }
  EXPECT_EQ(lies, is_main() ? 1 : 2);
  EXPECT_EQ(refused, 2);
}

TEST_P(Answers, RefusalsCarryExosOwnReason) {
  const std::map<std::string, std::string> reasons{
      {"18", is_main() ? "No cycle where every node supports a backend in ['MlxMetal']"
                       : "Requested RDMA (MlxJaccl) but no RDMA-connected cycles available"},
      {"19", "No cycles found with sufficient memory"},
      {"22", "query.sharding: Input should be 'Tensor' or 'Pipeline'"}};
  for (const auto& [number, reason] : reasons) {
    Replayed replayed(contract(), number);
    const auto instance = replayed.client.preview_placement({}, soon());
    ASSERT_FALSE(instance.ok());
    EXPECT_EQ(instance.failure().kind, FailureKind::refused);
    EXPECT_TRUE(contains(instance.failure().what, reason)) << instance.failure().what;
  }
}

TEST_P(Answers, APlacementOfTwoIsProvenFromItsPreview) {
  Replayed replayed(contract(), "21");
  const auto instance = replayed.client.preview_placement({}, soon());
  ASSERT_TRUE(instance.ok());
  EXPECT_EQ(short_name(*proven_mode(*instance)), "tensor-2");
}

TEST_P(Answers, CommandsAreAnsweredWithTheirIds) {
  Replayed place(contract(), "28"), remove(contract(), "55");
  const auto placed = place.client.place({}, soon());
  const auto removed = remove.client.delete_instance("x", soon());
  ASSERT_TRUE(placed.ok() && removed.ok());
  EXPECT_EQ(placed->message, "Command received.");
  EXPECT_EQ(placed->command_id.size(), 36u);
  EXPECT_EQ(removed->instance_id.size(), 36u);
}

TEST_P(Answers, EventsAndModelsAreListed) {
  Replayed events(contract(), "05"), models(contract(), "04");
  const auto kinds = events.client.event_kinds(soon());
  const auto list = models.client.models(soon(), true);
  ASSERT_TRUE(kinds.ok() && list.ok());
  EXPECT_EQ(kinds->size(), 40u);
  EXPECT_EQ(kinds->front(), "NodeGatheredInfo");
  EXPECT_TRUE(list->front().supports_tensor);
  EXPECT_EQ(list->front().context_length, 4096u);
}

TEST_P(Answers, TheTextOfARunnerErrorIsKept) {
  Replayed failed(faults(), "04"), killed(faults(), "10");
  const auto first = failed.client.stream_chat({}, soon());
  const auto second = killed.client.stream_chat({}, soon());
  EXPECT_TRUE(contains(first.failure().what, "Artificial runner exception - for testing purposes only."));
  EXPECT_TRUE(contains(second.failure().what, "Runner shutdown before completing command (signal=9 (Killed))"));
  EXPECT_TRUE(contains(first.failure().evidence, "[DONE]")) << "the stream is read to its end";
}

TEST_P(Answers, WhatCameBeforeANodeWasLostIsKept) {
  Replayed replayed(faults(), "15");
  ChatStream seen;
  const auto stream = replayed.client.stream_chat({}, soon(), {}, &seen);
  ASSERT_FALSE(stream.ok());
  EXPECT_EQ(stream.failure().kind, FailureKind::truncated);
  EXPECT_TRUE(contains(stream.failure().what, "without [DONE]"));
  EXPECT_GT(seen.trace.data_events, 30);
  EXPECT_GE(seen.trace.keep_alives, 4);
  EXPECT_FALSE(seen.answer.content.empty());
}

TEST_P(Answers, TheGenerationIsAskedOnceAndKept) {
  http::ScriptedServer server(replay_folder(contract()));
  int exchanges = 0;
  Client::Options options;
  options.on_exchange = [&](const Exchange&) { ++exchanges; };
  Client client(server.url() + "/", options);
  for (int i = 0; i < 2; ++i) {
    const auto generation = client.generation(soon());
    ASSERT_TRUE(generation.ok()) << to_string(generation.failure());
    EXPECT_EQ(*generation, GetParam() == "zenoh-2026-06" ? Generation::zenoh
                           : is_main()                   ? Generation::main
                                                         : Generation::v1_0_71);
  }
  EXPECT_EQ(exchanges, 4);
}

// A release between two recorded ones has the paths of the one and the words of the other: no recording tells of it.
TEST(MixedSigns, AreAVersionThatWasNotRecorded) {
  const auto openapi = find_recording("main-2026-06/contract", "13");
  http::ScriptedServer server([&](http::Connection& c) {
    const std::string request = c.read_request();
    if (contains(request, "/openapi.json")) return replay(c, openapi);
    if (contains(request, "/ollama")) return replay(c, find_recording("v1.0.71/contract", "10"));
    if (contains(request, "/node_id")) return replay(c, find_recording("v1.0.71/contract", "00"));
    if (!request.empty()) replay(c, find_recording("v1.0.71/contract", "01"));
  });
  Client client(server.url());
  const auto version = client.version(soon());
  ASSERT_TRUE(version.ok()) << to_string(version.failure());
  EXPECT_EQ(to_string(version->range()), "v1.0.71+5 up to v1.0.71+28");
  EXPECT_EQ(version->generation(), Generation::unknown);
}

}  // namespace
}  // namespace exo_harness::exo
