#pragma once

#include <string>

#include "exo_harness/cluster/cluster.h"

namespace exo_harness::gtest {

// A suite that is killed leaves its instance behind, and the next one finds the memory taken and the model occupied. So
// each one writes down what it placed as soon as it shows, beside the cluster file, and the next one removes it.
// Instances of others are never touched.

void remember_placed(const std::string& instance_id);
void forget_placed(const std::string& instance_id);
/// Removes what an earlier process of the harness left.
void remove_leftovers(cluster::Cluster& cluster);

}  // namespace exo_harness::gtest
