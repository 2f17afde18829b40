#include "exo_harness/process/clean_up.h"

#include <csignal>
#include <set>
#include <thread>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/format.h"

namespace exo_harness::process {
namespace {

using Processes = std::vector<ProcessInfo>;
constexpr milliseconds kFirstPause{2}, kLongestPause{50}, kProgressEvery{500};

class Ending {
 public:
  Ending(const Marks& marks, const EndOptions& options) : marks_(marks), options_(options) {}

  CleanUp run() {
    const bool gone = options_.grace.count() > 0 && ask();
    const Processes left = gone ? Processes() : force();
    CleanUp result;
    result.targets = static_cast<int>(seen_.size());
    result.killed = static_cast<int>(killed_.size());
    result.escalated = !killed_.empty();
    for (const ProcessInfo& process : left) {
      result.survivors.push_back(format("{} {} {}", process.id.pid, process.state, command_of(process.id.pid)));
    }
    if (uncaught_) result.survivors.emplace_back("? R processes that fork faster than they can be ended");
    const int ended = result.targets - result.killed - static_cast<int>(left.size());
    result.terminated = ended > 0 ? ended : 0;
    result.took = std::chrono::duration_cast<milliseconds>(Clock::now() - begin_);
    return result;
  }

 private:
  Processes look(Look how) {
    if (options_.tick) options_.tick();
    Processes found = find_marked(marks_, how);
    for (const ProcessInfo& process : found) {
      if (seen_.insert(process.id).second && marks_.root == 0) marks_.lineage.push_back(process.id);
    }
    return found;
  }

  void signal(const ProcessInfo& process, int number) {
    if (options_.before_signal) options_.before_signal(process.id, number);
    send_signal(process.id, number);
  }

  void terminate(const Processes& processes) {
    for (const ProcessInfo& process : processes) {
      signal(process, SIGTERM);
      if (process.state == 'T') signal(process, SIGCONT);  // A stopped process would never see the SIGTERM.
    }
  }

  // A cheap look is enough while there are processes in the tree; only an empty one needs proof.
  Processes still_there() {
    Processes found = look(Look::tree);
    return found.empty() ? look(Look::all) : found;
  }

  // Nothing found is not nothing there: a family on the move hides from whoever looks at one after the other.
  bool gone(const Processes& found) const { return found.empty() && !root_has_children(marks_); }

  // Who has lost its parent is a root from then on, and nobody else will tell it.
  void ask_roots(const Processes& found) {
    Processes fresh;
    for (const ProcessInfo& root : roots_of(found)) {
      if (asked_.insert(root.id).second) fresh.push_back(root);
    }
    terminate(fresh);
  }

  // Whether all were gone before the grace was over.
  bool ask() {
    const Deadline deadline = Deadline::after(options_.grace), second = Deadline::after(options_.grace / 3);
    Processes found = look(Look::all);
    bool all_asked = false;
    milliseconds pause = kFirstPause;
    while (!gone(found)) {
      if (deadline.expired() || (options_.hurry && options_.hurry())) return false;
      ask_roots(found);
      report(static_cast<int>(found.size()));
      rest(std::min(pause, deadline.remaining()));
      pause = std::min(pause * 2, kLongestPause);
      found = still_there();
      if (!all_asked && second.expired()) {
        terminate(found = look(Look::all));
        all_asked = true;
      }
    }
    return gone(look(Look::all));
  }

  // SIGSTOP first: a watchdog that restarts its worker cannot win against it.
  Processes force() {
    const Deadline deadline = Deadline::after(options_.kill_limit);
    int empty_looks = 0;
    Processes found = look(Look::all);
    while (!gone(found) || ++empty_looks < 2) {
      if (deadline.expired()) break;
      for (const ProcessInfo& process : found) signal_quietly(process, SIGSTOP);
      if (!found.empty()) found = look(Look::all);
      for (const ProcessInfo& process : found) kill(process);
      if (!gone(found)) {
        empty_looks = 0;
        std::this_thread::sleep_for(milliseconds(1));
      }
      found = look(Look::all);
    }
    uncaught_ = found.empty() && !gone(found);
    return found;
  }

  void rest(milliseconds time) { options_.rest ? options_.rest(time) : std::this_thread::sleep_for(time); }

  void signal_quietly(const ProcessInfo& process, int number) { send_signal(process.id, number); }

  void kill(const ProcessInfo& process) {
    if (killed_.insert(process.id).second && options_.before_signal) options_.before_signal(process.id, SIGKILL);
    send_signal(process.id, SIGKILL);
  }

  void report(int live) {
    if (!options_.progress || Clock::now() < next_report_) return;
    options_.progress(live);
    next_report_ = Clock::now() + kProgressEvery;
  }

  Marks marks_;
  const EndOptions& options_;
  std::set<ProcessId> seen_, asked_, killed_;
  bool uncaught_ = false;  // Some were there to the end, and never at the moment of a look.
  Clock::time_point begin_ = Clock::now();
  Clock::time_point next_report_ = Clock::now();
};

}  // namespace

CleanUp end_marked(const Marks& marks, const EndOptions& options) {
  return Ending(marks, options).run();
}

}  // namespace exo_harness::process
