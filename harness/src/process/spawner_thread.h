#pragma once

#include <functional>

namespace exo_harness::process {

/// Runs `work` on the one thread that starts processes, and waits for it; what it throws is thrown here. That thread
/// lives as long as the process does: Linux sends the parent-death signal when the starting *thread* ends. Threads:
/// any.
void on_spawner_thread(const std::function<void()>& work);

}  // namespace exo_harness::process
