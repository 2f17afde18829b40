#pragma once

#include <string>
#include <vector>

#include "json/json.h"

namespace exo_harness::fake {

/// What one host of an RDMA scenario reports of itself (rdma contract 1, 3), in the form of `NodeGatheredInfo.info`.
struct RdmaHost {
  bool is_mac = false;
  std::string model = "Unknown Model", chip = "Unknown Chip", os = "Linux", build = "Unknown";
  std::vector<std::string> backends{"MlxCpu"};
  Json identifiers;                                            ///< `MacThunderboltIdentifiers`, null: not reported.
  Json connections;                                            ///< `MacThunderboltConnections`.
  Json rdma_ctl;                                               ///< `RdmaCtlStatus`.
  Json bridge;                                                 ///< `ThunderboltBridgeInfo`.
  std::vector<std::pair<std::string, std::string>> addresses;  ///< Interface, IP of the Thunderbolt ports.
};

/// Host `index` of `count` in `scenario`. Scenarios: none mesh disabled-on-node one-direction tb4 tb4-cable
/// two-cables bridge-on different-builds no-ipv4 unknown-ctl missing-link gather-failed. Fails: UsageError with the
/// nearest names.
RdmaHost rdma_host(const std::string& scenario, int index, int count);

/// How a JACCL start ends in that scenario on this host, though the placement was accepted: text of the exception, or
/// `signal=11`, or `hang`; empty: it works. `phase` is `connect` or `collective`.
std::string jaccl_failure(const std::string& scenario, int index, std::string& phase);

}  // namespace exo_harness::fake
