#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <system_error>
#include <thread>
#include <vector>

namespace exo_harness::cluster {

/// How many nodes are asked at once: more would only wait for each other on one network.
inline constexpr std::size_t kAskedAtOnce = 4;

/// Calls `work(i)` for each i below `count`, at most `width` at a time, and returns when all are done. `work` must not
/// throw, and is called from several threads.
template <class Work>
void side_by_side(std::size_t count, std::size_t width, const Work& work) {
  std::atomic<std::size_t> next{0};
  const auto loop = [&] {
    for (std::size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  try {
    for (std::size_t i = 1; i < std::min(count, width); ++i) others.emplace_back(loop);
  } catch (const std::system_error&) {  // No more threads here: those that there are do the work.
  }
  loop();
  for (std::thread& thread : others) thread.join();
}

}  // namespace exo_harness::cluster
