#include "exo_harness/diagnose/cause/diagnosis_record.h"

#include "exo_harness/core/format.h"

namespace exo_harness::diagnose {

journal::DiagnosisMade record_of(const std::string& test, const Diagnosis& d) {
  journal::DiagnosisMade made;
  made.test = test;
  made.blame = d.blame;
  made.verdict = d.verdict, made.phase = d.phase, made.node = d.node, made.rank = d.rank;
  made.signature = d.signature, made.cause = d.cause, made.remedy = d.remedy, made.confidence = d.confidence;
  for (const Evidence& evidence : d.evidence) {
    made.evidence.push_back(
        format("{}{}: {}", evidence.where, evidence.time.empty() ? "" : " at " + evidence.time, evidence.text));
  }
  return made;
}

}  // namespace exo_harness::diagnose
