#pragma once

#include <string>

#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/load/load.h"

namespace exo_harness::gtest {

/// A test that measures: each block has a placement of its own, so that what a placement happens to get (memory, the
/// order of ranks, caches) is one sample among the blocks.
class MeasuredTest : public PlacedTest {
 protected:
  void SetUp() override;

  /// What one block asks.
  struct Workload {
    std::string kind = "chat";  ///< `chat`: answers that go on to the limit; `key`: a key is to be found in the text.
    int prompt_tokens = 64;     ///< About so many words.
    int max_tokens = 32;
    int concurrency = 1;
    int requests = 8, warm_ups = 2;
  };
  /// Measures EXO_HARNESS_BLOCKS blocks (default 1), records each (`block.measured`), and fails the test for each
  /// promise that the cluster broke. Speed is none. While a block is measured nobody else looks at the cluster.
  void measure_blocks(const Workload& workload);

 private:
  bool place_again();
  load::LoadResult measure(const Workload& workload);
  void keep(const Workload& workload, const load::LoadResult& result, int block);

  std::uint64_t next_number_ = 0;  // Of a prompt that no cache knows.
};

}  // namespace exo_harness::gtest
