// The processes of a rehearsal: started together, watched, and ended at their limits.
#include "ranks.h"

#include <algorithm>
#include <csignal>
#include <cstring>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/process/bound_port.h"
#include "exo_harness/process/resident.h"

namespace exo_harness::rehearse {
namespace fs = std::filesystem;
namespace {

constexpr milliseconds kPause{10}, kOthersMayTake{5000}, kLookAtMemoryEvery{50};

process::CommandOptions command_for(const Engine& engine, const fs::path& folder, const fs::path& job,
                                    const Limits& limits) {
  process::CommandOptions options;
  options.command = {engine.python.string(), (folder / "probe.py").string(), job.string()};
  options.working_folder = folder;
  options.output_limit = limits.output_bytes;
  // Exo makes folders in HOME when it is imported; MLX and Hugging Face's tools shall find no way to the network.
  const std::string home = folder.string();
  options.environment = {{"HOME", home},
                         {"TMPDIR", home},
                         {"EXO_HOME", ""},
                         {"XDG_CONFIG_HOME", ""},
                         {"XDG_DATA_HOME", ""},
                         {"XDG_CACHE_HOME", ""},
                         {"HF_HOME", ""},
                         {"HF_HUB_CACHE", ""},
                         {"HF_HUB_OFFLINE", "1"},
                         {"MLX_RANK", ""},
                         {"MLX_HOSTFILE", ""},
                         {"MLX_IBV_DEVICES", ""},
                         {"PYTHONSTARTUP", ""},
                         {"TRANSFORMERS_OFFLINE", "1"},
                         {"PYTHONDONTWRITEBYTECODE", "1"}};
  return options;
}

/// One rank while it runs.
struct RunningRank {
  process::Child child;
  RankEnd end;
  bool over = false;
};

class Ranks {
 public:
  explicit Ranks(const Limits& limits) : limits_(limits), deadline_(Deadline::after(limits.placement)) {}

  void start(const process::CommandOptions& options) { ranks_.push_back({process::Child::start(options), {}, false}); }

  std::vector<RankEnd> follow() {
    wait_until(deadline_, kPause, [&] {
      for (RunningRank& rank : ranks_) look_at(rank);
      return all_over() || limits_.stop() || until_.expired();
    });
    std::vector<RankEnd> ends;
    for (RunningRank& rank : ranks_) {
      if (!rank.over) give_up(rank);
      rank.end.output = rank.child.output(limits_.output_bytes);
      ends.push_back(std::move(rank.end));
    }
    return ends;
  }

 private:
  bool all_over() const {
    return std::all_of(ranks_.begin(), ranks_.end(), [](const RunningRank& rank) { return rank.over; });
  }

  // One that ended before the others may have left them waiting for it.
  void look_at(RunningRank& rank) {
    if (rank.over) return;
    if (const auto status = rank.child.poll()) return ended(rank, *status);
    if (next_look_.expired()) {
      next_look_ = Deadline::after(kLookAtMemoryEvery);
      for (RunningRank& each : ranks_) check_memory(each);
    }
  }

  void ended(RunningRank& rank, const process::ExitStatus& status) {
    rank.end.status = status;
    rank.over = true;
    until_ = until_.within(kOthersMayTake);
  }

  void check_memory(RunningRank& rank) {
    if (rank.over || rank.end.grown) return;
    const auto used = process::resident_bytes(rank.child.pid());
    if (!used || *used <= limits_.rank_bytes) return;
    rank.end.grown = true;
    rank.child.signal_group(SIGKILL);
  }

  void give_up(RunningRank& rank) {
    const bool late = deadline_.expired();
    rank.end.status = rank.child.end(milliseconds(0));
    rank.end.stopped = limits_.stop();
    rank.end.abandoned = !rank.end.stopped && !late;
    rank.end.status.timed_out = late;
    rank.end.given = late ? limits_.placement : kOthersMayTake;
  }

  const Limits& limits_;
  Deadline deadline_, until_ = deadline_, next_look_ = Deadline::after(kLookAtMemoryEvery);
  std::vector<RunningRank> ranks_;
};

}  // namespace

std::vector<int> free_ports(int count) {
  std::vector<process::BoundPort> held;  // Until all are known: no number comes twice.
  std::vector<int> ports;
  for (int i = 0; i < count; ++i) {
    held.push_back(process::bind_port("127.0.0.1", 0));
    if (held.back().port == 0)
      throw HarnessError(format("no free port on 127.0.0.1: {}", std::strerror(held.back().error)),
                         "raise `ulimit -n`, or try again");
    ports.push_back(held.back().port);
  }
  return ports;
}

std::vector<RankEnd> run_ranks(const Engine& engine, const fs::path& folder, const std::vector<fs::path>& jobs,
                               const Limits& limits) {
  Ranks ranks(limits);
  for (const fs::path& job : jobs) ranks.start(command_for(engine, folder, job, limits));
  return ranks.follow();
}

}  // namespace exo_harness::rehearse
