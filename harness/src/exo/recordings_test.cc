#include <fstream>

#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/log_line.h"
#include "exo_harness/exo/state.h"

#include "parse.h"
#include "recording.h"

namespace exo_harness::exo {
namespace {

class OfGeneration : public testing::TestWithParam<std::string> {
 protected:
  std::string folder() const { return GetParam() + "/contract"; }
  Generation expected() const { return GetParam() == "v1.0.71" ? Generation::v1_0_71 : Generation::main; }
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
    if (r.is_trimmed || content_length(r).empty()) continue;
    EXPECT_EQ(std::to_string(r.body().size()), content_length(r)) << r.name;
    ++checked;
  }
  EXPECT_GT(checked, 30);
}

TEST_P(OfGeneration, EveryStateIsReadWithoutAnythingUnknown) {
  int checked = 0;
  for (const Recording& r : load_recordings(folder())) {
    if (r.path != "/state") continue;
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

TEST_P(OfGeneration, AllThreeSignsTellIt) {
  EXPECT_EQ(generation_of_openapi(body("13")), expected());
  EXPECT_EQ(generation_of_ollama_version(body("10")), expected());
  EXPECT_EQ(parse_state(body("01"))->generation, expected());
}

INSTANTIATE_TEST_SUITE_P(Contract, OfGeneration, testing::Values("v1.0.71", "main-2026-06"),
                         [](const auto& info) { return info.param == "v1.0.71" ? "V1" : "Main"; });

}  // namespace
}  // namespace exo_harness::exo
