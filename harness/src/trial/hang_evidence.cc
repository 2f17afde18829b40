#include "exo_harness/trial/hang_evidence.h"

#include <future>

#include "exo_harness/diagnose/cause/sample_record.h"

namespace exo_harness::trial {
namespace {

// Beside the question who is silent.
constexpr milliseconds kLook{300};

}  // namespace

std::vector<process::ProcessSample> sample_cluster(const cluster::Cluster& cluster) {
  return process::sample_local_processes(cluster.local_processes(), kLook);
}

void journal_processes(const cluster::Cluster& cluster, journal::Journal& journal) {
  for (const process::ProcessSample& look : sample_cluster(cluster)) {
    journal.append(diagnose::record_of(look));
  }
}

std::vector<cluster::SilentNode> look_into_the_hang(cluster::Cluster& cluster, journal::Journal& journal) {
  const auto looked = std::async(std::launch::async, [&] { journal_processes(cluster, journal); });
  return cluster.silent_nodes(cluster::kSilence);
}

}  // namespace exo_harness::trial
