#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/core/clock.h"
#include "exo_harness/doctor/doctor.h"

namespace exo_harness::tools {

/// What one address says of itself and of the others.
struct AddressView {
  std::string api, id;
  exo::State state;
};

/// Says, while a cluster is not whole, what the addresses that were given say of each other: `doctor`'s checks of who
/// belongs together, asked as soon as each address answers and they show clusters that do not see each other.
///
/// Waiting is called hopeless only when it is: the same clusters have stayed apart for `kSettle`, twice the time that a
/// node of a real Exo needs to see its peers, and each moved on meanwhile, under a master of its own; nodes of
/// different versions need a third of that. Threads: one at a time.
class DiscoveryDoctor {
 public:
  static constexpr milliseconds kSettle{30000}, kLeastSettle{10000};

  /// `apis`: with fewer than two there is nothing to compare. `nodes`: as many are wanted. `speed`: of a fake cluster.
  DiscoveryDoctor(const std::vector<std::string>& apis, int nodes, double speed);
  /// Asks all of them, until `deadline` at the latest. What it says is of that look.
  cluster::Insight look(Clock::time_point now, Deadline deadline);

 private:
  std::optional<std::vector<AddressView>> look_at_all(Deadline deadline) const;
  void start_over(const std::vector<AddressView>& views, std::string picture, Clock::time_point now, Deadline deadline);
  bool all_moved(const std::vector<AddressView>& views) const;

  std::vector<std::string> apis_;
  int nodes_;
  milliseconds settle_;
  std::string picture_;              // Who sees whom; empty: they are one cluster, or not all answer.
  Clock::time_point since_;          // Of the picture.
  std::vector<std::int64_t> begun_;  // How far each had come then.
  std::vector<doctor::Check> checks_;
};

}  // namespace exo_harness::tools
