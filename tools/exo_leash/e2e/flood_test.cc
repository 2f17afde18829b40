// A start script that writes as fast as it can, without a newline.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <sstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "exo_harness/core/text.h"
#include "exo_harness/process/bounded_log.h"

#include "stage.h"

namespace exo_leash_test {
namespace {

using namespace exo_harness;
using process::SupervisedScript;

constexpr std::int64_t kMiB = 1 << 20;

/// MiB to each of the two streams: EXO_HARNESS_FLOOD, or what the default run can afford.
long flood_mib() {
  const char* wanted = std::getenv("EXO_HARNESS_FLOOD");
  return wanted != nullptr ? std::atol(wanted) : 256;
}

struct Size {
  std::int64_t length = 0, on_disk = 0;
};

Size size_of(const std::filesystem::path& file) {
  struct stat status {};
  ::stat(file.c_str(), &status);
  return {status.st_size, status.st_blocks * 512};
}

// The most memory that the process has had, in bytes; 0 where the system does not say.
std::int64_t peak_memory(pid_t pid) {
  const std::string file = "/proc/" + std::to_string(pid) + "/status";
  if (!std::filesystem::exists(file)) return 0;
  const std::string text = read_file(file);
  const std::size_t at = text.find("VmHWM:");
  return at == std::string::npos ? 0 : std::atol(text.c_str() + at + 6) * 1024;
}

// How long the process was ready to run and had no processor, in seconds; 0 where the system does not say.
double waited_for_a_processor(pid_t pid) {
  const std::string file = "/proc/" + std::to_string(pid) + "/schedstat";
  if (!std::filesystem::exists(file)) return 0;
  std::istringstream text(read_file(file));
  double ran_ns = 0, waited_ns = 0;
  text >> ran_ns >> waited_ns;
  return waited_ns / 1e9;
}

TEST(Flood, IsBoundedOnDiskAndInMemory) {
  const std::int64_t length = 2 * flood_mib() * kMiB;
  std::int64_t peak = 0;
  const Stage stage;
  SupervisedScript supervised = SupervisedScript::start(stage.options(stage.misbehave("floods", length / 2)));
  const std::int64_t memory = peak_memory(supervised.supervisor_pid());
  const double waited_before = waited_for_a_processor(supervised.supervisor_pid());
  const auto begin = std::chrono::steady_clock::now();

  const bool written = wait_until(Deadline::after(std::chrono::seconds(120)), milliseconds(1), [&] {
    const Size size = size_of(stage.run() / "start.log");
    peak = std::max(peak, size.on_disk);
    return size.length == length;
  });

  RecordProperty("disk_peak_mib", static_cast<int>(peak / kMiB));
  ASSERT_TRUE(written) << "the flood was blocked";
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  EXPECT_TRUE(wait_until(soon(), milliseconds(10), [&] {
    return size_of(stage.run() / "start.log").on_disk <=
           static_cast<std::int64_t>(process::BoundedLog::kHead + process::BoundedLog::kTail) + 2 * kMiB;
  })) << "what is kept in the end is head and tail";
  // 52 MiB is what is promised where the supervisor gets a processor when it wants one. What the script wrote while a
  // busy machine let it wait comes on top; it counts as waiting only once the supervisor runs again, so it is asked
  // last.
  const double waited = waited_for_a_processor(supervised.supervisor_pid()) - waited_before;
  const std::int64_t written_meanwhile = static_cast<std::int64_t>(std::min(1.0, waited / took) * length);
  EXPECT_LE((peak - written_meanwhile) / kMiB, 80) << "waited " << waited << " of " << took << " s for a processor";
  EXPECT_LE((peak_memory(supervised.supervisor_pid()) - memory) / kMiB, 32);
}

}  // namespace
}  // namespace exo_leash_test
