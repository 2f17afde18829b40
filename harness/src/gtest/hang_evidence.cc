#include "hang_evidence.h"

#include <future>

#include "exo_harness/diagnose/process_look.h"

namespace exo_harness::gtest {
namespace {

// Both at once, and so that a verdict still comes within a second of its deadline.
constexpr milliseconds kLook{300}, kSilence{900};

}  // namespace

void journal_processes(const cluster::Cluster& cluster, journal::Journal& journal) {
  std::vector<diagnose::ProcessLook> processes;
  for (const cluster::LocalProcess& local : cluster.local_processes()) {
    diagnose::ProcessLook& look = processes.emplace_back();
    look.pid = local.pid;
    look.node = local.node;
    look.is_runner = local.is_runner;
  }
  for (const diagnose::ProcessLook& look : diagnose::look_at_processes(std::move(processes), kLook)) {
    journal.append(diagnose::record_of(look));
  }
}

std::vector<cluster::SilentNode> look_into_the_hang(cluster::Cluster& cluster, journal::Journal& journal) {
  const auto looked = std::async(std::launch::async, [&] { journal_processes(cluster, journal); });
  return cluster.silent_nodes(kSilence);
}

}  // namespace exo_harness::gtest
