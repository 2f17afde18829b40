#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness {

/// A step of a cluster's or a placement's life that has a limit and may fail, in the order of that life.
enum class Phase {
  preflight,    ///< Checks before anything is asked of the cluster.
  start,        ///< The start script runs.
  api,          ///< Each node answers.
  discovery,    ///< Each node sees all nodes and edges.
  stage,        ///< Exo finds the model on the nodes.
  place,        ///< From the request until an instance shows.
  connect,      ///< The ranks join their group.
  load,         ///< The ranks load their shards.
  warm_up,      ///< The ranks run once, together.
  first_token,  ///< A request is sent; no token came yet.
  generate,     ///< Tokens come.
  remove,       ///< The instance is deleted: `delete`.
  stop,         ///< The cluster is ended.
};

// A rank goes from one phase of the start-up to the next by adding one (exo/rank_progress.h, cluster/place.cc).
static_assert(static_cast<int>(Phase::load) == static_cast<int>(Phase::connect) + 1 &&
              static_cast<int>(Phase::warm_up) == static_cast<int>(Phase::load) + 1 &&
              static_cast<int>(Phase::first_token) == static_cast<int>(Phase::warm_up) + 1);

/// The name as journals, fixtures and signatures spell it: `warm-up`.
std::string_view to_string(Phase phase);
/// `?` where no phase is known.
std::string_view to_string(std::optional<Phase> phase);
/// `load, warm-up`.
std::string to_string(const std::vector<Phase>& phases);
/// Returns nullopt for a word that is not a phase.
std::optional<Phase> parse_phase(std::string_view word);
/// All phases, in order.
const std::vector<Phase>& all_phases();
/// Lets GoogleTest print a Phase.
void PrintTo(Phase phase, std::ostream* os);

/// Whether the runners of an instance start up in it: connect, load, warm-up.
bool is_start_up(Phase phase);
/// Whether runners work in it: start-up, first token, generate.
bool is_of_runners(Phase phase);

}  // namespace exo_harness
