#include "exo_harness/diagnose/cause/diagnosis.h"

#include <ostream>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/cause/diagnose.h"

namespace exo_harness::diagnose {

void PrintTo(const Diagnosis& diagnosis, std::ostream* os) {
  *os << to_string(diagnosis.verdict) << " in " << (diagnosis.phase ? to_string(*diagnosis.phase) : "no phase")
      << ", rank " << diagnosis.rank << ", " << (diagnosis.signature.empty() ? "unknown" : diagnosis.signature) << " ("
      << diagnosis.confidence << "): " << diagnosis.cause;
}

std::string humanize(const Diagnosis& diagnosis) {
  std::string text = format("{} in phase {}", to_string(diagnosis.verdict), to_string(diagnosis.phase));
  if (diagnosis.rank >= 0) text += format(", rank {}", diagnosis.rank);
  if (!diagnosis.node.empty()) text += format(" on {}", diagnosis.node);
  text += format("\n  cause ({}): {}", diagnosis.confidence, diagnosis.cause);
  if (!diagnosis.remedy.empty()) text += "\n  remedy: " + diagnosis.remedy;
  if (!diagnosis.signature.empty()) text += "\n  signature: " + diagnosis.signature;
  for (const Evidence& evidence : diagnosis.evidence) {
    text += format("\n  {}{}:", evidence.where, evidence.time.empty() ? "" : " at " + evidence.time);
    for (const std::string_view line : lines(evidence.text)) text += format("\n    {}", line);
  }
  return text + "\n";
}

}  // namespace exo_harness::diagnose
