// What the miniature models answered on a real Exo, the fake answers: text, thought, calls, counts, log-probabilities.
#include <set>

#include <gmock/gmock.h>

#include "exo_harness/core/text.h"

#include "fake_cluster.h"
#include "shape.h"

namespace exo_harness::fake {
namespace {

namespace fs = std::filesystem;

/// A generation and one of its recorded models.
using Case = std::pair<std::string, std::string>;

std::vector<Case> recorded_models() {
  std::vector<Case> out;
  for (const char* generation : {"v1.0.71", "main", "zenoh"}) {
    const bool is_first = std::string(generation) == "v1.0.71";
    const fs::path folder =
        fs::path(EXO_FIXTURES_DIR) / "recordings" / (std::string(generation) + (is_first ? "" : "-2026-06")) / "minis";
    std::set<std::string> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) files.insert(entry.path().string());
    for (const std::string& file : files) out.emplace_back(generation, file);
  }
  return out;
}

Json calls_of(const Json& message) {
  Json out = Json::array();
  if (message.contains("tool_calls") && message["tool_calls"].is_array())
    for (const Json& call : message["tool_calls"])
      out.push_back({call["function"]["name"], call["function"]["arguments"]});
  return out;
}

Json rows_of(const Json& choice) {
  Json out = Json::array();
  if (!choice.contains("logprobs") || !choice["logprobs"].is_object()) return out;
  for (const Json& row : choice["logprobs"]["content"]) out.push_back({row["token"], row["logprob"]});
  if (!out.empty()) out.erase(out.end() - 1);  // the end, of which the fake has a number of its own
  return out;
}

/// What of an answer is the model's, and how it was counted. What was in the prefix cache depends on what came before.
Json listed_by(const Json& body) {
  if (!body.contains("choices")) return body;
  const Json& choice = body["choices"][0];
  const Json& usage = body["usage"];
  return {{"content", choice["message"].value("content", Json())},
          {"reasoning", choice["message"].value("reasoning_content", Json())},
          {"calls", calls_of(choice["message"])},
          {"finish_reason", choice["finish_reason"]},
          {"prompt_tokens", usage["prompt_tokens"]},
          {"completion_tokens", usage["completion_tokens"]},
          {"reasoning_tokens", usage["completion_tokens_details"]["reasoning_tokens"]},
          {"tokens", rows_of(choice)}};
}

class RecordedAnswers : public testing::TestWithParam<Case> {};

TEST_P(RecordedAnswers, AreGivenAgain) {
  const auto& [generation, file] = GetParam();
  const std::string model = "exo-harness/" + fs::path(file).stem().string();
  FakeCluster cluster({{"EXO_FAKE_GENERATION", generation}, {"EXO_FAKE_MODELS", model}, {"EXO_FAKE_SPEED", "0"}});
  ASSERT_TRUE(cluster.wait_formed(2));
  ASSERT_NE("", cluster.place(model, "Pipeline", "MlxRing", 1));
  const Json recorded = Json::parse(read_file(file));

  EXPECT_GE(recorded["exchanges"].size(), 20u);
  for (const Json& exchange : recorded["exchanges"]) {
    SCOPED_TRACE(text_of(exchange["name"]));
    const Json answer = cluster.post("/v1/chat/completions", exchange["request"]["body"]).json();
    EXPECT_THAT(differences(exchange["response"]["body"], answer), testing::IsEmpty());
    EXPECT_EQ(text_of(listed_by(answer)), text_of(listed_by(exchange["response"]["body"])));
  }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(RecordedAnswers);
INSTANTIATE_TEST_SUITE_P(Models, RecordedAnswers, testing::ValuesIn(recorded_models()), [](const auto& info) {
  std::string name = info.param.first + "_" + fs::path(info.param.second).stem().string();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
});

}  // namespace
}  // namespace exo_harness::fake
