// The streams that real nodes sent give the same events, however they are cut.
#include <gtest/gtest.h>

#include "http/sse_cuts.h"
#include "recording.h"

namespace exo_harness::exo {
namespace {

std::vector<std::string> streams() {
  std::vector<std::string> all;
  for (const char* folder : {"v1.0.71/contract", "main-2026-06/contract", "v1.0.71/faults", "main-2026-06/faults",
                             "zenoh-2026-06/contract", "zenoh-2026-06/faults"}) {
    for (const Recording& r : load_recordings(folder)) {
      if (r.is_stream) all.push_back(r.body());
    }
  }
  return all;
}

TEST(SseOfRecordings, AreThere) {
  EXPECT_GT(streams().size(), 10u);
}

TEST(SseOfRecordings, CutsInTwoGiveTheSameEvents) {
  for (const std::string& stream : streams()) http::expect_same_for_cuts_in_two(stream, 1 + stream.size() / 300);
}

// Each byte of each stream: a minute, so only on request.
TEST(SseSoak, DISABLED_EveryCutInTwoGivesTheSameEvents) {
  for (const std::string& stream : streams()) http::expect_same_for_cuts_in_two(stream, 1);
}

TEST(SseOfRecordings, ManyCutsGiveTheSameEvents) {
  for (const std::string& stream : streams()) http::expect_same_for_many_cuts(stream);
}

}  // namespace
}  // namespace exo_harness::exo
