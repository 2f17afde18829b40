#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/diagnose/cause/diagnosis.h"
#include "exo_harness/doctor/doctor.h"

namespace exo_harness::tools {

/// What the preflight of tensor parallelism over JACCL is asked.
struct PreflightQuestion {
  std::string model_id;                 ///< Must be complete on every node.
  std::filesystem::path local_answers;  ///< Plays what the tools of a Mac answered; empty: asks this machine.
  milliseconds settle{20000};           ///< How long what may still come, such as an address, is waited for.
  std::string placement;                ///< `tensor-jaccl-2`.
  std::optional<std::string> exo;       ///< Whose engine is asked about it; empty text: that of nodes here, if any.
  milliseconds rehearsal_limit{20000};  ///< How long that engine may take.
};

/// Every check that can be made before anything is placed: of the API, and of this machine when it is a Mac that runs
/// one of the nodes. Waits only while all that is wrong may still mend itself.
/// Fails: what `/state` came to when it cannot be read.
/// `waiting`: gets what is waited for; may throw to end it.
Outcome<std::vector<doctor::Check>> rdma_preflight(cluster::Cluster& cluster, const PreflightQuestion& question,
                                                   const std::function<void(std::string_view)>& waiting);

/// The checks that went wrong as a diagnosis: environment, the first one with its remedy.
diagnose::Diagnosis why_unfit(const std::vector<doctor::Check>& checks);

}  // namespace exo_harness::tools
