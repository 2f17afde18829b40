// From what the ranks said and how they ended to one word about a placement: never `passes` or `fails` without proof.
#include "conclusion.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::rehearse {
namespace {

using model::Rehearsal;
using Verdict = Rehearsal::Verdict;

constexpr std::size_t kForwards = 3;

std::string sample_text(const NameSample& sample) {
  std::string text = join(sample.names, ", ");
  if (sample.count > sample.names.size()) text += format(" and {} more", sample.count - sample.names.size());
  return text;
}

/// Of a rank that did not come to its end; empty: it did.
std::string why_not_ended(const RankEnd& end, const RankReport& report) {
  if (end.stopped) return "it was stopped";
  if (end.grown || report.too_large) return "it took more memory than it may";
  if (end.abandoned)
    return format("it was still busy when another rank had ended, and was given up after {}", humanize(end.given));
  if (report.ended && end.status.ok()) return "";
  return process::to_string(end.status) + (report.last_words.empty() ? "" : ": " + shorten(report.last_words, 300));
}

/// Why there is no word of the engine: only the Python itself can say that Exo is not there.
std::string not_imported(const RankEnd& end, const RankReport& report, const std::string& why) {
  if (report.failed) return "not rehearsed: no Exo here: " + why;
  if (end.status.timed_out)
    return format("not rehearsed: Exo is there, and its import did not end within {}", humanize(end.given));
  return "not rehearsed: the import of Exo did not come to its end: " + why;
}

bool hung(const RankEnd& end) {
  return end.status.timed_out && !end.stopped;
}

/// Memory is limited here and not on a node: it says nothing about the model.
bool is_for_want_of_memory(const std::string& error) {
  return error.starts_with("MemoryError") || contains(error, "std::bad_alloc") || contains(error, "Cannot allocate");
}

/// On a node with Metal it does not come to this.
bool is_for_want_of_metal(const std::string& error) {
  return contains(error, "No Metal back-end");
}

bool fails_for_the_engine(const RankReport& report) {
  return report.failed && report.blames_engine && !is_for_want_of_memory(report.error) &&
         !is_for_want_of_metal(report.error);
}

/// Why the answers will be wrong; empty: no reason is known.
std::string wrong_split(const RankReport& report) {
  if (report.uneven.count > 0)
    return format("{} packed modules are split without their scales: {}", report.uneven.count,
                  sample_text(report.uneven));
  if (report.torn.count > 0)
    return format("heads of {} layers are torn in parts: {}", report.torn.count, sample_text(report.torn));
  return "";
}

/// The same, of what was read from the files.
std::string wrong_weights(const WeightsReport& weights) {
  if (weights.missing.count > 0)
    return format("{} of the {} weights that the engine needs are not in the files, and it goes on without them: {}",
                  weights.missing.count, weights.wanted, sample_text(weights.missing));
  if (weights.mistyped.count > 0)
    return format("{} weights are no numbers that the engine can compute with: {}", weights.mistyped.count,
                  sample_text(weights.mistyped));
  return "";
}

/// Of a packing that is not mlx-lm's own the weights decide: some modules unpack it, others compute with its bytes.
std::string unseen_packing(const RankReport& report) {
  if (report.packing.empty() || report.packing_stated) return "";
  return format("config.json says that the weights are packed by `{}`: what the engine makes of them, only they show",
                report.packing);
}

/// Why it is not known whether the answers will be right; empty: all that can be seen here is right.
std::string doubtful_weights(const RankReport& report, bool without_weights) {
  if (report.forwards.size() < kForwards) return "no shape of an answer was seen";
  if (without_weights) return unseen_packing(report);
  if (!report.weights) return "its loader was not seen to take any weights";
  const WeightsReport& weights = *report.weights;
  if (weights.misshapen.count > 0) return "weights have another shape: " + sample_text(weights.misshapen);
  if (weights.extra.count > 0)
    return format("the engine leaves {} tensors of the files out: {}", weights.extra.count, sample_text(weights.extra));
  if (!weights.refused.empty()) return "its strict loader refuses them: " + weights.refused;
  return "";
}

class Conclusion {
 public:
  Conclusion(Rehearsal& result, const std::vector<RankEnd>& ends, const std::vector<RankReport>& reports)
      : result_(result), ends_(ends), reports_(reports) {}

  void draw() {
    if (failed() || not_ended() || weights()) return;
    result_.verdict = Verdict::passes;
    result_.step = reports_.front().step;
  }

 private:
  bool failed() {
    const auto at = std::find_if(reports_.begin(), reports_.end(), fails_for_the_engine);
    if (at == reports_.end()) return false;
    result_.verdict = Verdict::fails;
    result_.rank = static_cast<int>(at - reports_.begin());
    result_.step = at->step;
    result_.error = at->error;
    result_.place = at->place;
    return true;
  }

  /// The first that failed for another reason than the engine, else the first that did not come to its end.
  bool not_ended() {
    for (std::size_t rank = 0; rank < reports_.size(); ++rank) {
      if (reports_[rank].failed) return unknown(rank, reports_[rank].error);
    }
    for (std::size_t rank = 0; rank < reports_.size(); ++rank) {
      const std::string why = why_not_ended(ends_[rank], reports_[rank]);
      if (!why.empty() && !ends_[rank].abandoned) return unknown(rank, why);
    }
    for (std::size_t rank = 0; rank < reports_.size(); ++rank) {
      const std::string why = why_not_ended(ends_[rank], reports_[rank]);
      if (!reports_[rank].passed) return unknown(rank, why.empty() ? "it did not say that it passed" : why);
    }
    return false;
  }

  bool weights() {
    for (std::size_t rank = 0; rank < reports_.size(); ++rank) {
      if (!reports_[rank].distrust.empty()) return unknown(rank, reports_[rank].distrust);
    }
    for (std::size_t rank = 0; rank < reports_.size(); ++rank) {
      const RankReport& report = reports_[rank];
      std::string wrong = report.weights ? wrong_weights(*report.weights) : "";
      if (wrong.empty()) wrong = wrong_split(report);
      if (!wrong.empty()) return wrong_answers(rank, wrong);
    }
    for (std::size_t rank = 0; rank < reports_.size(); ++rank) {
      const std::string doubt = doubtful_weights(reports_[rank], result_.without_weights);
      if (!doubt.empty()) return unknown(rank, doubt);
    }
    return false;
  }

  bool unknown(std::size_t rank, const std::string& why) {
    result_.verdict = Verdict::unknown;
    result_.rank = static_cast<int>(rank);
    result_.step = reports_[rank].step;
    const std::string& step = result_.step;
    result_.hung = std::any_of(ends_.begin(), ends_.end(), hung);
    result_.reason = step == "import" ? not_imported(ends_[rank], reports_[rank], why)
                                      : format("rank {}{}: {}", rank, step.empty() ? "" : " in " + step, why);
    return true;
  }

  bool wrong_answers(std::size_t rank, const std::string& why) {
    result_.verdict = Verdict::fails;
    result_.rank = static_cast<int>(rank);
    result_.step = "weights";
    result_.wrong_answers = true;
    result_.reason = why;
    return true;
  }

  Rehearsal& result_;
  const std::vector<RankEnd>& ends_;
  const std::vector<RankReport>& reports_;
};

void add_finding(std::vector<model::RehearsalFinding>& findings, const char* kind, const char* what,
                 const NameSample& sample) {
  if (sample.count > 0) findings.push_back({kind, format("{} {}: {}", sample.count, what, sample_text(sample))});
}

}  // namespace

model::Rehearsal conclude(const Rehearsal& asked, const std::vector<RankEnd>& ends,
                          const std::vector<RankReport>& reports) {
  Rehearsal result = asked;
  Conclusion(result, ends, reports).draw();
  for (const RankReport& report : reports) {
    result.cpu_seconds += report.cpu_seconds;
    result.peak_bytes = std::max(result.peak_bytes, report.peak_bytes);
  }
  return result;
}

std::vector<model::RehearsalFinding> findings_of(const RankReport& report) {
  std::vector<model::RehearsalFinding> findings;
  if (report.weights) {
    add_finding(findings, "missing", "weights that the engine needs are not in the files", report.weights->missing);
    add_finding(findings, "extra", "tensors of the files are not taken by the engine", report.weights->extra);
    add_finding(findings, "misshapen", "weights have another shape than the engine's", report.weights->misshapen);
    add_finding(findings, "mistyped", "weights are of another kind than the engine's", report.weights->mistyped);
  }
  if (!report.packing.empty() && !report.packing_stated && report.packed_modules == 0)
    findings.push_back({"packing", format("the engine makes nothing of the packing `{}`", report.packing)});
  return findings;
}

}  // namespace exo_harness::rehearse
