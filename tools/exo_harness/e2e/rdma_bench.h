#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/file.h"
#include "exo_harness/process/child.h"

#include "rdma_rows.h"

namespace exo_harness::tools {

/// What one `exo-harness rdma` came to.
struct SeenRdma {
  int exit_code = -1;
  std::string verdict;                  ///< Of verdict.json.
  std::string step;                     ///< The first that was not good, as the run's record calls it: `Connect`.
  std::string phase, signature, blame;  ///< Of the diagnosis of that step.
  std::string output;
  double seconds = 0;
};

/// A fake cluster that stays up for many runs which attach to it.
class RdmaBench {
 public:
  /// Fails: HarnessError when it does not come up.
  explicit RdmaBench(const RdmaCluster& cluster);
  ~RdmaBench();
  RdmaBench(const RdmaBench&) = delete;
  RdmaBench& operator=(const RdmaBench&) = delete;

  /// Sets the faults of the row, runs `exo-harness rdma` against the cluster, and takes them away again.
  SeenRdma run(const RdmaRow& row);

 private:
  void set_fault(const std::string& fault);

  RdmaCluster cluster_;
  TemporaryFolder folder_{"rdma-rows"};
  std::optional<process::Child> script_;
  std::vector<std::string> apis_;
};

}  // namespace exo_harness::tools
