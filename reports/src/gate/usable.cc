#include <algorithm>

#include "exo_harness/core/format.h"

#include "gate/parts.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;

constexpr int kSchema = 1;

std::size_t count_tests(const RunRecord& run) {
  std::size_t count = 0;
  for (const SuiteRecord& suite : run.suites) count += suite.tests.size();
  return count;
}

bool is_part(const GateRun& run) {
  const auto shard = run.record.settings.find("shard");
  return run.starts < 2 && shard != run.record.settings.end() && !shard->second.ends_with("/1");
}

void check(const GateSide& side, const char* which, GateFindings& findings) {
  for (const GateRun& run : side.runs) {
    if (const std::string why = why_unusable(run); !why.empty()) {
      findings.add(GateVerdict::incomparable, "run.unusable", run.name,
                   format("{} {} cannot be compared: {}", which, run.name, why));
    }
  }
}

// A baseline on which nothing could be judged says nothing of the candidate.
void check_baseline_fit(const GateSide& baseline, GateFindings& findings) {
  for (const GateRun& run : baseline.runs) {
    for (const Reason& reason : run.record.judgement.reasons) {
      const bool at_all = !is_product_failure(reason.verdict) || reason.subject.starts_with("phase ");
      if (!reason.anchor.empty() || is_good(reason.verdict) || !at_all) continue;
      findings.add(GateVerdict::incomparable, "run.unfit", run.name,
                   format("baseline {} is no reference: {}: {}", run.name, sanitized_line(reason.subject, 100),
                          sanitized_line(reason.what)));
      return;
    }
  }
}

void check_not_one_run(const GateSide& baseline, const GateSide& candidate, GateFindings& findings) {
  std::vector<const GateRun*> runs;
  for (const GateSide* side : {&baseline, &candidate}) {
    for (const GateRun& run : side->runs) {
      for (const GateRun* other : runs) {
        const bool same_id = !run.record.run_id.empty() && run.record.run_id == other->record.run_id;
        const bool same_file = !run.journal_sha256.empty() && run.journal_sha256 == other->journal_sha256;
        if (!same_id && !same_file) continue;
        findings.add(GateVerdict::incomparable, "run.twice", run.name,
                     format("{} and {} are one and the same run", other->name, run.name));
        break;
      }
      runs.push_back(&run);
    }
  }
}

}  // namespace

std::string why_unusable(const GateRun& run) {
  const RunRecord& record = run.record;
  if (run.schema > kSchema) {
    return format("its journal is of schema {}, this exo-harness reads {}: use the newer exo-harness", run.schema,
                  kSchema);
  }
  if (!record.started) return "its journal has no start: it is not the journal of a run, or not all of one";
  if (!record.ended) return "its journal has no end: the run died, or is still going on";
  if (record.torn_tail || !record.journal_trouble.empty()) {
    return format("its journal is not whole: {}",
                  record.torn_tail ? "the last record is cut off" : sanitized_line(record.journal_trouble.front()));
  }
  if (is_part(run)) {
    return format("it is only shard {} of a run: join its parts first, with exo-harness merge",
                  record.settings.at("shard"));
  }
  if (!run.kept_sha256.empty() && run.kept_sha256 != run.journal_sha256) {
    return "its journal is not what was kept: the hash is another";
  }
  if (record.judgement.verdict == Verdict::harness) {
    return format(
        "it ended in trouble of the harness: {}",
        record.judgement.reasons.empty() ? record.ended_reason : sanitized_line(record.judgement.reasons.front().what));
  }
  if (count_tests(record) == 0) return "it has no test: nothing was selected, or nothing was started";
  return "";
}

void check_usable(const GateSide& baseline, const GateSide& candidate, GateFindings& findings) {
  check(baseline, "baseline", findings);
  check(candidate, "candidate", findings);
  check_baseline_fit(baseline, findings);
  check_not_one_run(baseline, candidate, findings);
}

}  // namespace exo_reports
