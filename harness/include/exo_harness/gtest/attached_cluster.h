#pragma once

#include <stdexcept>

#include <gtest/gtest.h>

#include "exo_harness/cluster/cluster.h"

namespace exo_harness::gtest {

/// There is no cluster to test: thrown by `attached_cluster`, so that the test fails with its text.
class NoCluster : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The cluster under test, from the file that EXO_HARNESS_CLUSTER names. Attaches at the first call; later calls in the
/// process give the same, or throw the same at once. Every exchange goes to the journal, with bodies when the test or
/// the exchange failed. Call it in a test or its SetUp, never while tests are listed.
/// Fails: NoCluster. A cluster that is not there is a failure, never a skip.
cluster::Cluster& attached_cluster();

/// After nodes were started again: writes their new ids into the file that EXO_HARNESS_CLUSTER names, so that processes
/// after this one take the cluster for the same.
void keep_nodes();

/// The folder in which the run keeps its logs; empty when there is none.
std::string run_folder_of_cluster();

/// A test that needs the cluster and no model: attaches in SetUp.
class ClusterTest : public testing::Test {
 protected:
  void SetUp() override;
  cluster::Cluster& cluster() { return attached_cluster(); }
};

}  // namespace exo_harness::gtest
