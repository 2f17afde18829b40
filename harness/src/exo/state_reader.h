#pragma once

#include <map>
#include <string>
#include <string_view>

#include "exo_harness/exo/topology.h"

#include "kept_bytes.h"
#include "kept_state.h"
#include "readers.h"

namespace exo_harness::exo {

/// Reads one body of `/state`, part by part: of the text stays what State holds, and no document of the whole is made.
/// Throws ShapeError. One reader for one text.
class StateReader {
 public:
  explicit StateReader(std::string_view text);

  Topology topology() const;
  /// The state, with that topology. Parts whose text is that of `kept` are taken from it; then it holds those of this
  /// text.
  State read(Topology&& topology, KeptParts& kept);
  /// The text of the member `topology`.
  std::string_view topology_text() const;
  Generation generation(const std::vector<std::string>& nodes) const;

 private:
  std::string_view find(std::string_view key) const;
  void read_work(State& state);
  void read_tasks(State& state, KeptParts& kept);
  void read_downloads(State& state, KeptDownloads& kept);
  KeptDownloads downloads_of(std::string_view map);
  void read_facts(State& state);
  void read_rest(State& state);
  /// Calls `read(id, value)` with the document of each member of the map `key`, when the state has it.
  template <class Read>
  void each_member(std::string_view key, Read read);

  std::map<std::string, std::string_view> members_;
  Unknown unknown_;
  KeptBytes kept_;
};

}  // namespace exo_harness::exo
