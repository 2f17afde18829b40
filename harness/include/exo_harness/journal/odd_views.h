#pragma once

#include <map>
#include <string>

#include "exo_harness/journal/records.h"

namespace exo_harness::journal {

// A view of the cluster is what one node shows of it. Who watches them journals a StateChange: `part` is `view`,
// `subject` the API, `to` what is odd about it, or that it moves again.
inline constexpr const char* kView = "view";
inline constexpr const char* kViewMoves = "moves";

inline bool is_of_view(const StateChange& change) {
  return change.part == kView;
}

/// Of the changes of a history, given in order, those that left a view odd: the last one of each, by API.
/// `Kept`: the change, or the record that it is in; it must live as long as `odd`.
template <class Kept>
void follow_views(std::map<std::string, Kept*>& odd, const StateChange& change, Kept& kept) {
  if (!is_of_view(change)) return;
  odd.erase(change.subject);
  if (change.to != kViewMoves) odd[change.subject] = &kept;
}

}  // namespace exo_harness::journal
