#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exo_harness/cluster/spec.h"
#include "exo_harness/core/clock.h"
#include "exo_harness/core/outcome.h"

namespace exo_harness::cluster {

/// What can be done to a node of a cluster whose file says how (`[faults]`).
enum class FaultVerb {
  kill_runner,
  kill_node,
  start_node,
  stop_node,
  cont_node,
  cut_link,
  heal_link,
  slow_link,
  twin_node,
  end_twin
};

/// As the cluster file spells it: `kill-runner`.
std::string_view to_string(FaultVerb verb);

/// The verbs, as they are spelt.
const std::vector<std::string>& fault_verbs();

/// What is wrong with the words of a command of `[faults]`: none, or a placeholder that is not known; empty: nothing.
std::string why_no_fault_command(const std::vector<std::string>& words);

/// Breaks nodes of a cluster by the commands of its file, and mends them again however a test ends.
///
/// A command is a program and its arguments, no shell reads it; of its words `{node}` becomes the number of the node
/// (from 1, in the order of the APIs), `{api}` its base URL without user and password, `{host}` the host in that,
/// `{ms}` whole milliseconds. It has `kLimit`; exit code 0 says that it is done. What it leaves in its process
/// group is ended. Threads: one at a time.
class Faults {
 public:
  static constexpr milliseconds kLimit{60000};

  /// `apis`: base URLs of the nodes. `environment`: of the commands, on top of ours.
  Faults(const ClusterSpec& spec, std::vector<std::string> apis, std::map<std::string, std::string> environment);
  /// Undoes what is left.
  ~Faults();
  Faults(const Faults&) = delete;
  Faults& operator=(const Faults&) = delete;

  /// Why `verb` cannot be used: the file has no command for it, or none that undoes it; nothing: it can.
  std::optional<std::string> why_not(FaultVerb verb) const;
  /// Does it to node `node`, counted from 0. `delay` is for `slow_link`. Result: what the command wrote, redacted.
  /// Fails: `unfit` with the command, how it ended and what it wrote; HarnessError when there is no such program.
  Outcome<std::string> apply(FaultVerb verb, std::size_t node, milliseconds delay = milliseconds(0));
  /// Starts, thaws and heals whatever `apply` broke. Result: what could not be undone, a sentence each.
  std::vector<std::string> undo();

 private:
  std::vector<std::string> command_for(FaultVerb verb, std::size_t node, milliseconds delay) const;
  void note(FaultVerb verb, std::size_t node, milliseconds delay);

  std::map<std::string, std::vector<std::string>> commands_;
  std::vector<std::string> apis_;
  std::map<std::string, std::string> environment_;
  std::set<std::pair<std::size_t, FaultVerb>> to_undo_;  ///< Node and the verb that mends it.
};

}  // namespace exo_harness::cluster
