#pragma once

#include <optional>
#include <string>

#include "context.h"

namespace exo_harness::fake {

/// What befalls a runner in place of what it was about to do.
struct Mishap {
  enum class Kind {
    hangs,                ///< It stays in its phase forever.
    fails,                ///< It raises an exception.
    fails_after_another,  ///< The same, once another rank has failed.
    breaks_down           ///< Signal 11.
  };
  Kind kind = Kind::fails;
  std::string type, text;  ///< Of the exception.
};

/// A rank that enters a phase.
struct Entry {
  std::string phase;
  int rank = 0;
  const Model& model;
  std::string mode;  ///< `tensor-jaccl`.
  bool jaccl = false;
};

/// Writes what the faults `log-lines` and `stderr` say of that entry into the log of the node.
void write_lines_of_faults(Context& context, const Entry& entry);

/// Whether the fault `runner-killed` acts.
bool is_killed(Context& context, const Entry& entry);

/// What the faults, the model and the RDMA scenario do, in this order; nothing when the phase may go on. A fault is
/// used up.
std::optional<Mishap> mishap_at(Context& context, const Entry& entry);

/// What the words of a request do, by which Exo's own tests make a runner fail.
std::optional<Mishap> mishap_of_words(const Json& task_params, bool is_main);

}  // namespace exo_harness::fake
