#include "exo_harness/core/phase.h"

#include <array>
#include <ostream>

#include "exo_harness/core/text.h"

namespace exo_harness {
namespace {

// By the place of a phase in its enum.
constexpr std::array<std::string_view, 13> kPhaseNames = {"preflight", "start",   "api",  "discovery", "stage",
                                                          "place",     "connect", "load", "warm-up",   "first token",
                                                          "generate",  "delete",  "stop"};
static_assert(kPhaseNames[static_cast<std::size_t>(Phase::stop)] == "stop");

}  // namespace

std::string_view to_string(Phase phase) {
  return kPhaseNames[static_cast<std::size_t>(phase)];
}

std::string_view to_string(std::optional<Phase> phase) {
  return phase ? to_string(*phase) : "?";
}

std::string to_string(const std::vector<Phase>& phases) {
  std::vector<std::string> names;
  for (const Phase phase : phases) names.emplace_back(to_string(phase));
  return join(names, ", ");
}

std::optional<Phase> parse_phase(std::string_view word) {
  for (const Phase phase : all_phases()) {
    if (to_string(phase) == word) return phase;
  }
  return std::nullopt;
}

const std::vector<Phase>& all_phases() {
  static const std::vector<Phase> kAll = [] {
    std::vector<Phase> all;
    for (std::size_t i = 0; i < kPhaseNames.size(); ++i) all.push_back(static_cast<Phase>(i));
    return all;
  }();
  return kAll;
}

void PrintTo(Phase phase, std::ostream* os) {
  *os << to_string(phase);
}

bool is_start_up(Phase phase) {
  return phase == Phase::connect || phase == Phase::load || phase == Phase::warm_up;
}

bool is_of_runners(Phase phase) {
  return is_start_up(phase) || phase == Phase::first_token || phase == Phase::generate;
}

}  // namespace exo_harness
