#include "promise.h"

#include <string>

#include <gtest/gtest.h>

#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/model/fixture/fixture.h"

#include "as_recorded.h"
#include "world_sizes.h"

namespace exo_harness::suites {
namespace {

using namespace std::chrono_literals;

constexpr auto kReplayLimit = 20s;  // The recorded answers came within 0.1 s; the machine may be busy.

class PromiseTest : public gtest::ClusterTest {
 public:
  explicit PromiseTest(const char* number) : number_(number) {}

  void TestBody() override {
    const exo::Generation generation = cluster().generation();
    if (generation == exo::Generation::unknown) GTEST_SKIP() << kNotRecorded;
    const exo::Recording recording = recording_of(generation, number_);
    expect_as_recorded(cluster().client(), recording, {selected_model(), ""}, Deadline::after(kReplayLimit));
  }

 private:
  const char* number_;
};

}  // namespace

bool register_promises(const char* group, const std::vector<Promise>& promises, const char* file, int line) {
  for (const Promise& promise : promises) {
    if (promise.quick) gtest::mark_quick(std::string(group) + "." + promise.name);
    testing::RegisterTest(group, promise.name, nullptr, nullptr, file, line,
                          [number = promise.number]() -> gtest::ClusterTest* { return new PromiseTest(number); });
  }
  return true;
}

}  // namespace exo_harness::suites
