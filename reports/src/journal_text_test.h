#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "exo_harness/journal/journal.h"
#include "exo_reports/run_record.h"

namespace exo_reports {

/// A transcript of these bodies, one writer, a second between two records.
inline exo_harness::journal::Transcript transcript_of(const std::vector<exo_harness::journal::Body>& bodies) {
  exo_harness::journal::Transcript transcript;
  std::int64_t sequence = 0;
  for (const auto& body : bodies) {
    transcript.records.push_back({"w", sequence, sequence * 1'000'000'000, "2026-11-25T03:30:00.000Z", body});
    ++sequence;
  }
  return transcript;
}

inline RunRecord record_of(const std::vector<exo_harness::journal::Body>& bodies) {
  return build_run_record(transcript_of(bodies));
}

inline exo_harness::journal::TestStarted started(const std::string& test) {
  return {"s", test, "suites/s/a_test.cc", 10, "tiny-llama", "pipeline-2"};
}

inline exo_harness::journal::TestEnded ended(const std::string& test, const std::string& result) {
  exo_harness::journal::TestEnded end;
  end.suite = "s";
  end.test = test;
  end.result = exo_harness::parse_verdict(result);
  end.took_ms = 12;
  return end;
}

}  // namespace exo_reports
