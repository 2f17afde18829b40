#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "exo_harness/journal/records.h"

namespace exo_harness::trial {

/// The records of one trial or test that may say why it failed: phases, exchanges, what runners, nodes and addresses
/// did, processes. All else is left out, and of a node that babbles or of a test without end so many bytes are kept as
/// a case needs. Threads: one at a time.
class EvidenceRecords {
 public:
  static constexpr std::size_t kMostBytes = 24u << 20;  ///< Then only ends and failures are kept, up to twice as much.

  void keep(const journal::Record& record);
  /// Forgets what was, but for views that are odd still: those count as seen at `t_ns`.
  void begin(std::int64_t t_ns);
  const std::vector<journal::Record>& all() const { return records_; }

 private:
  std::vector<journal::Record> records_;
  std::size_t bytes_ = 0;
};

}  // namespace exo_harness::trial
