#include <fstream>

#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/log_line.h"
#include "exo_harness/exo/state.h"
#include "exo_harness/exo/version.h"

#include "parse.h"
#include "recording.h"

namespace exo_harness::exo {
namespace {

class OfGeneration : public testing::TestWithParam<std::string> {
 protected:
  std::string folder() const { return GetParam() + "/contract"; }
  Generation expected() const {
    return GetParam() == "v1.0.71"         ? Generation::v1_0_71
           : GetParam() == "zenoh-2026-06" ? Generation::zenoh
                                           : Generation::main;
  }
  std::string body(const std::string& number) const { return find_recording(folder(), number).body(); }
};

std::string content_length(const Recording& recording) {
  for (const auto& [name, value] : recording.headers) {
    if (to_lower(name) == "content-length") return value;
  }
  return "";
}

TEST_P(OfGeneration, RecordingsGiveBackTheBytesOfTheWire) {
  int checked = 0;
  for (const Recording& r : load_recordings(folder())) {
    if (r.is_trimmed || r.method == "HEAD" || content_length(r).empty()) continue;
    EXPECT_EQ(std::to_string(r.body().size()), content_length(r)) << r.name;
    ++checked;
  }
  EXPECT_GT(checked, 30);
}

TEST_P(OfGeneration, EveryStateIsReadWithoutAnythingUnknown) {
  int checked = 0;
  for (const Recording& r : load_recordings(folder())) {
    if (r.path != "/state" || r.status != 200) continue;
    const auto state = parse_state(r.body());
    ASSERT_TRUE(state.ok()) << r.name << " " << to_string(state.failure());
    EXPECT_EQ(state->nodes.size(), 2u) << r.name;
    EXPECT_EQ(state->generation, expected()) << r.name;
    EXPECT_EQ(state->unknown, std::vector<std::string>{}) << r.name;
    ++checked;
  }
  EXPECT_GE(checked, 10);
}

TEST_P(OfGeneration, ThePlacedModesAreProven) {
  const std::map<std::string, std::string> modes{
      {"29", "single"}, {"47", "pipeline-2"}, {"57", "tensor-2"}, {"67", "single"}, {"77", "tensor-2"}};
  for (const auto& [number, name] : modes) {
    const auto state = parse_state(body(number));
    ASSERT_TRUE(state.ok());
    ASSERT_EQ(state->instances.size(), 1u) << number;
    const Instance& instance = state->instances.begin()->second;
    const auto mode = proven_mode(instance);
    ASSERT_TRUE(mode.ok()) << to_string(mode.failure());
    EXPECT_EQ(short_name(*mode), name);
    EXPECT_TRUE(state->is_ready(instance)) << number;
  }
}

TEST_P(OfGeneration, EachSignOfItsVersionHoldsForTheRecordedOne) {
  const auto of_paths = sign_of_openapi(body("13")), of_words = sign_of_ollama_version(body("10")),
             of_id = sign_of_node_id(*parse_node_id(body("00")));
  ASSERT_TRUE(of_paths && of_words && of_id);
  const VersionSign of_keys = sign_of_state(contains(body("01"), "nodeBackends"));
  const SeenVersion seen{{*of_paths, *of_words, *of_id, of_keys}};
  for (const VersionSign& sign : seen.signs)
    EXPECT_TRUE(sign.range.contains(*recorded_version(expected()))) << sign.reason;
  EXPECT_EQ(seen.generation(), expected()) << to_string(seen);
}

/// How many lines of a log are the header of a record.
int count_records(const std::filesystem::path& file) {
  int records = 0;
  const std::string text = read_file(file);
  for (const std::string_view line : lines(text)) records += parse_log_line(line) ? 1 : 0;
  return records;
}

TEST_P(OfGeneration, ColoursChangeNothingInALog) {
  const auto logs = recordings_folder() / GetParam() / "logs";
  const std::string plain = read_file(logs / "node-stdout.plain.log"), ansi = read_file(logs / "node-stdout.ansi.log");
  const auto plain_lines = lines(plain), ansi_lines = lines(ansi);
  ASSERT_EQ(plain_lines.size(), ansi_lines.size());
  for (std::size_t i = 0; i < plain_lines.size(); ++i) {
    const auto a = parse_log_line(plain_lines[i]), b = parse_log_line(ansi_lines[i]);
    ASSERT_EQ(a.has_value(), b.has_value()) << plain_lines[i];
    EXPECT_EQ(a ? a->message : "", b ? b->message : "");
  }
}

TEST_P(OfGeneration, EveryLineThatLooksLikeARecordIsOne) {
  int records = 0;
  for (const auto& entry : std::filesystem::directory_iterator(recordings_folder() / GetParam() / "logs")) {
    const std::string text = read_file(entry.path());
    for (const std::string_view line : lines(text)) {
      const std::string plain = strip_ansi(line);
      const bool looks = plain.rfind("[ ", 0) == 0 && contains(plain, " | ");
      EXPECT_TRUE(!looks || parse_log_line(line)) << entry.path() << ": " << plain;
      records += looks ? 1 : 0;
    }
  }
  EXPECT_GT(records, 150);
}

TEST(LogsOfV1, HaveTheRecordsThatTheContractCounts) {
  EXPECT_EQ(count_records(recordings_folder() / "v1.0.71/logs/node-stdout.plain.log"), 73);
}

TEST(RdmaSamples, EveryStateIsReadAndItsMatrixProven) {
  int jaccl = 0;
  for (const auto& entry : std::filesystem::directory_iterator(recordings_folder() / "rdma-samples/state")) {
    const auto state = parse_state(read_file(entry.path()));
    ASSERT_TRUE(state.ok()) << entry.path() << to_string(state.failure());
    EXPECT_EQ(state->unknown, std::vector<std::string>{}) << entry.path();
    for (const auto& [id, instance] : state->instances) {
      const auto mode = proven_mode(instance);
      ASSERT_TRUE(mode.ok()) << entry.path() << to_string(mode.failure());
      jaccl += mode->comm == Comm::mlx_jaccl ? 1 : 0;
    }
  }
  EXPECT_GE(jaccl, 4);
}

TEST(RdmaSamples, TwoHealthyNodesShowTheirCable) {
  const auto state = parse_state(read_file(recordings_folder() / "rdma-samples/state/v1.0.71-healthy-2node.json"));
  ASSERT_TRUE(state.ok());
  int rdma = 0;
  for (const Edge& edge : state->edges) rdma += edge.kind == Edge::Kind::rdma ? 1 : 0;
  EXPECT_EQ(rdma, 2);
  const NodeFacts& facts = state->facts.at(state->nodes.front());
  EXPECT_EQ(facts.rdma_enabled, std::optional(true));
  EXPECT_EQ(facts.thunderbolt.size(), 6u);
  EXPECT_FALSE(facts.bridge->enabled);
}

INSTANTIATE_TEST_SUITE_P(Contract, OfGeneration, testing::Values("v1.0.71", "main-2026-06", "zenoh-2026-06"),
                         [](const auto& info) {
                           return info.param == "v1.0.71" ? "V1" : info.param == "zenoh-2026-06" ? "Zenoh" : "Main";
                         });

}  // namespace
}  // namespace exo_harness::exo
