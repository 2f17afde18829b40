#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/exo/state_memory.h"
#include "exo_harness/exo/topology.h"

#include "readers.h"

namespace exo_harness::exo {

/// One task as it was read, with its text: it holds its whole prompt, and changes once or twice.
struct KeptTask {
  std::string text;
  Task task;
  Unknown unknown;
};

struct KeptDownloads {
  std::string text;
  std::vector<Download> downloads;
  Unknown unknown;
};

/// What was read of the parts of a state that two looks in a row mostly share.
struct KeptParts {
  std::map<std::string, KeptTask> tasks;  ///< By id.
  KeptDownloads downloads;
};

struct StateMemory::Kept {
  static constexpr std::size_t kMostText = 8u << 20;  ///< Of a part: of a longer one nothing is kept.

  /// What was kept for that text; null: another text.
  std::shared_ptr<const Topology> topology_of(std::string_view text) const;
  /// Takes the place of what was kept.
  void keep(std::string_view text, std::shared_ptr<const Topology> topology);
  /// Who reads takes the parts and gives back those of its own look; in between others find none.
  KeptParts take();
  void give(KeptParts parts);

 private:
  mutable std::mutex mutex_;
  std::string topology_text_;
  std::shared_ptr<const Topology> topology_;
  KeptParts parts_;
};

}  // namespace exo_harness::exo
