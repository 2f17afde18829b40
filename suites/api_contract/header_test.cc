// What a page of another origin may do (CORS). Source: contract 1 and the recordings named here.
#include <gtest/gtest.h>

#include "exo_harness/gtest/placed_scenario.h"

#include "as_recorded.h"
#include "promise.h"
#include "world_sizes.h"

namespace exo_harness::suites {
namespace {

const bool kHeadersRegistered = register_promises("OtherOrigin",
                                                  {
                                                      {"MayAskBeforehand", "218"},
                                                      {"MayReadAnAnswer", "219"},
                                                      {"MayReadThatAPathIsUnknown", "220"},
                                                      {"MayReadAnError", "221"},
                                                  },
                                                  __FILE__, __LINE__);

class OtherOrigin : public gtest::PlacedTest {};

TEST_P(OtherOrigin, MayReadAStream) {
  if (cluster().generation() == exo::Generation::unknown) GTEST_SKIP() << kNotRecorded;

  expect_as_recorded(client(), recording_of(cluster().generation(), "312"),
                     {scenario().model.repo, "", scenario().model.thinks},
                     Deadline::after(cluster().spec().limits.generate));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, OtherOrigin, testing::ValuesIn(one_per_world_size()), gtest::scenario_name);

}  // namespace
}  // namespace exo_harness::suites
