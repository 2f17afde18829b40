#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "exo_harness/cluster/cluster.h"
#include "exo_harness/core/clock.h"
#include "exo_harness/core/deadline.h"
#include "exo_harness/exo/client.h"

namespace exo_harness::cluster {

/// A view of the cluster, `/state` of one node, that cannot be right any more.
struct OddView {
  std::string api, node;
  std::string kind;  ///< `stale`: it does not move. `apart`: it moves, ever farther behind the others. `back`: it moves
                     ///< back in time, again and again; a new master counts from the beginning, once.
  std::string why;   ///< `event 354 for 12 s, while http://… went on to 4711`.
  friend bool operator==(const OddView&, const OddView&) = default;
};

/// Judges views by the number of the last event that each has applied (`lastEventAppliedIdx`).
///
/// A node that answers also reports its memory each second, and that is an event: a number that stands still means that
/// reports no longer get there (the master is gone, messages are dropped). An election takes 4 s (contract 11). Pure:
/// no I/O, no clock. Threads: one at a time.
class ViewJudge {
 public:
  static constexpr milliseconds kLimit{10000};

  /// Takes what one node answered; nullopt: nothing, of which nothing is said here.
  void see(const std::string& api, const std::string& node, std::optional<std::int64_t> index, Clock::time_point now);
  /// What is odd, by API.
  std::vector<OddView> odd(Clock::time_point now) const;
  /// Whether each API that answers has moved since it was first seen, and none is behind.
  bool all_well() const;

 private:
  struct View {
    std::string node;
    std::int64_t index = -1, first = -1;
    Clock::time_point moved{};
    bool has_moved = false, answers = false;
    int backs = 0;         ///< How often in a row it went back.
    std::int64_t lag = 0;  ///< Events behind the foremost when `behind_since` began.
    std::optional<Clock::time_point> behind_since;
  };
  const View* foremost() const;

  std::map<std::string, View> views_;
};

/// Asks every node until each view has moved, or until some are odd; the deadline should leave `ViewJudge::kLimit`.
/// Result: the odd ones; empty: all is well, or nobody answered.
std::vector<OddView> look_at_views(const std::vector<Node>& nodes, Deadline deadline);

/// A thread that asks every node of a cluster for its number each `kPause`, and journals a view that becomes odd, or
/// moves again: StateChange of part `view`. An answer costs a node about 20 ms of CPU (contract 1).
/// Threads: any may make it. `journal` must live longer.
class ViewWatch {
 public:
  static constexpr milliseconds kPause{3000};

  /// `tell` is called from its thread with each view that becomes odd.
  ViewWatch(std::vector<Node> nodes, journal::Journal& journal, std::function<void(const OddView&)> tell = {},
            milliseconds pause = kPause);
  ~ViewWatch();
  ViewWatch(const ViewWatch&) = delete;
  ViewWatch& operator=(const ViewWatch&) = delete;

  /// While one lives no node is asked, so that what is measured meanwhile is not disturbed. The watch must live longer.
  class Rest {
   public:
    explicit Rest(ViewWatch& watch);
    ~Rest();
    Rest(const Rest&) = delete;
    Rest& operator=(const Rest&) = delete;

   private:
    ViewWatch& watch_;
  };

 private:
  void run();
  void journal_changes(const std::vector<OddView>& now);

  std::vector<Node> nodes_;
  std::vector<std::unique_ptr<exo::Client>> clients_;
  journal::Journal& journal_;
  std::function<void(const OddView&)> tell_;
  const milliseconds pause_;
  std::map<std::string, OddView> odd_;  // By API.
  std::mutex mutex_;                    // Held through a look, so that a rest begins behind it.
  std::condition_variable wake_;
  std::atomic<bool> stop_{false};  // Looked at between two nodes: each may be silent for its whole time.
  int resting_ = 0;
  std::thread thread_;
};

}  // namespace exo_harness::cluster
