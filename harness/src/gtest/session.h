#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/cluster/node_locks.h"
#include "exo_harness/core/clock.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/gtest/node_logs.h"
#include "exo_harness/gtest/result.h"
#include "exo_harness/gtest/scenario.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/trial/node_logs.h"

namespace exo_harness::gtest {

/// What is known of the test that runs, besides what GoogleTest knows.
struct CurrentTest {
  std::string name;  ///< `Suite.Test`; empty between tests.
  Clock::time_point begun = Clock::now();
  std::optional<Verdict> reported, met;
  std::optional<Failure> met_failure;  ///< The first failure of the cluster that the test met.
  std::string expectation;
  std::vector<exo::Exchange> exchanges;
  std::size_t kept_bytes = 0;
  std::optional<exo::State> first_look;  ///< Of its set-up, for who asks next; a look costs a node 20 ms.
};

/// What one run of a suite binary holds. GoogleTest gives tests no place for it, hence one a process.
struct Session {
  std::string suite;  ///< `inference`.
  std::unique_ptr<journal::Journal> own_journal;
  CurrentTest test;
  std::optional<cluster::ClusterFile> file;
  cluster::NodeLocks locks;  ///< Of the nodes; empty in a run, which has them.
  std::optional<cluster::Cluster> cluster;
  std::string why_no_cluster;  ///< Not empty: attaching failed before.
  std::optional<Verdict> no_cluster_verdict;
  std::string placed_name;  ///< Scenario of `placed`.
  std::optional<Outcome<cluster::PlacedInstance>> placed;
  std::vector<std::string> marks;  ///< That no answer of the model of `placed` may hold.
  trial::LogMark logs_before_placing;
  std::map<std::string, int> hangs;  ///< By scenario: tests on its placement that hung.
  std::mutex keeping;                ///< Clients of several threads tell of their exchanges.

  journal::Journal& journal() { return own_journal ? *own_journal : journal::Journal::none(); }
  /// Threads: any.
  void keep(const exo::Exchange& exchange);
  /// Journals the exchanges of the test, bodies only where something failed.
  void write_exchanges(bool test_failed);
};

Session& session();

}  // namespace exo_harness::gtest
