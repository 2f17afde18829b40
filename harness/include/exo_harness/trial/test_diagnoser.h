#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "exo_harness/diagnose/signature/signature.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/trial/evidence_records.h"
#include "exo_harness/trial/node_logs.h"

namespace exo_harness::trial {

/// Says of each test that failed why it did, from the journal and the nodes' logs of the time of the test.
///
/// Show it every record as it comes. Threads: one at a time.
class TestDiagnoser {
 public:
  /// `logs`: asked at the start of each test, since a node may begin a log late.
  TestDiagnoser(journal::Journal& journal, std::function<std::vector<std::filesystem::path>()> logs,
                diagnose::SignatureBook book);

  /// Remembers where a test began; appends a DiagnosisMade when one ended `failed` or `hang` and the cluster had a part
  /// in it. A log that cannot be read is left out.
  void see(const journal::Record& record);

 private:
  void begin(std::int64_t t_ns);
  void explain(const std::string& test, std::int64_t end_ns);

  journal::Journal& journal_;
  std::function<std::vector<std::filesystem::path>()> logs_;
  diagnose::SignatureBook book_;
  std::int64_t begun_ns_ = 0;
  EvidenceRecords records_;          ///< Of the test that runs.
  bool cluster_had_a_part_ = false;  ///< In it.
  std::vector<std::filesystem::path> logs_of_test_;
  LogMark logs_before_;
};

}  // namespace exo_harness::trial
