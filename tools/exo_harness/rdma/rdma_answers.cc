// The steps of RdmaValidation that ask what was placed.
#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "rdma/rdma_validation.h"

namespace exo_harness::tools {
namespace {

using diagnose::FailedPhase;

constexpr int kMostInARow = 2;  // After so many failures one after the other the rest says nothing new.

std::size_t equal_length(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

std::string where_they_part(const std::string& one, const std::string& other) {
  const std::size_t at = equal_length(one, other);
  return format("equal for {} bytes, then {} in place of {}", at, in_quotes(other.substr(at, 40)),
                in_quotes(one.substr(at, 40)));
}

}  // namespace

void RdmaValidation::answers() {
  between_();
  if (!first_answer()) return;
  compare();
  between_();
  repeat();
}

void RdmaValidation::fail_answer(const std::string& seen, const FailedPhase& failed) {
  trials_.end(*placed_, failed);
  diagnose::Diagnosis why = placed_->diagnosis;
  placed_.reset();
  fail(seen, why);
}

bool RdmaValidation::first_answer() {
  steps_.begin(RdmaStep::answer);
  trial::Answered answered = trials_.ask(plan_.preflight.model_id, plan_.question);
  if (!answered.failed && answered.text.empty())
    answered.failed = FailedPhase{Phase::generate, FailureKind::empty_answer, "an answer without text", "", {}, {}};
  if (answered.failed) {
    fail_answer(answered.failed->what, *answered.failed);
    return false;
  }
  jaccl_ = answered.text;
  steps_.pass(format("{} in {}", in_quotes(jaccl_), humanize(answered.took)), answered.took);
  return true;
}

void RdmaValidation::compare() {
  steps_.begin(RdmaStep::same_as_one_node);
  if (jaccl_ == single_) return steps_.pass("equal");
  const std::string parts = where_they_part(single_, jaccl_);
  fail(parts,
       found_by_us(Phase::generate, "the answer over JACCL differs from that of one node: " + parts,
                   "Compare log probabilities (`exo-harness run --suite inference`); try another MLX and the ring: a "
                   "transport that garbles shows no error."));
}

void RdmaValidation::repeat() {
  steps_.begin(RdmaStep::repetitions);
  int asked = 0, bad = 0, in_a_row = 0;
  std::optional<FailedPhase> first;
  milliseconds least = milliseconds::max(), most{0};
  while (asked < plan_.repeat && in_a_row < kMostInARow) {
    between_();
    trial::Answered answered = trials_.ask(plan_.preflight.model_id, plan_.question);
    ++asked;
    if (!answered.failed && answered.text != jaccl_)
      answered.failed =
          FailedPhase{Phase::generate, FailureKind::mismatch, where_they_part(jaccl_, answered.text), "", {}, {}};
    least = std::min(least, answered.took), most = std::max(most, answered.took);
    const bool silent = answered.failed && answered.failed->kind != FailureKind::mismatch;
    in_a_row = silent ? in_a_row + 1 : 0;
    bad += answered.failed ? 1 : 0;
    if (answered.failed && !first) {
      first = answered.failed;
      first->what = format("repetition {}: {}", asked, first->what);
    }
  }
  const std::string lost = lost_rdma_edges();
  if (!lost.empty()) {
    diagnose::Diagnosis why = found_by_us(Phase::generate, "RDMA edges were lost while it answered: " + lost,
                                          "Check the cable, its plugs and the power of both Macs.");
    why.verdict = Verdict::environment, why.blame = Blame::environment;
    return fail("RDMA edges were lost: " + lost, why);
  }
  if (!first) return steps_.pass(format("{} equal answers, {} to {}", asked, humanize(least), humanize(most)));
  const std::string seen =
      format("{} of {} failed{}; {}", bad, asked,
             asked < plan_.repeat ? format(", {} not tried", plan_.repeat - asked) : "", first->what);
  if (first->kind != FailureKind::mismatch) return fail_answer(seen, *first);
  fail(seen, found_by_us(Phase::generate, "the same question got different answers: " + seen,
                         "Repeat on the ring and on one node; a transport that garbles shows no error."));
}

std::string RdmaValidation::lost_rdma_edges() {
  const auto state = cluster_.state();
  if (!state) return "";
  const auto now = rdma_edges(*state);
  std::vector<std::string> lost;
  for (const exo::Edge& edge : edges_) {
    if (std::find(now.begin(), now.end(), edge) == now.end())
      lost.push_back(format("{} {} > {}", name_of(edge.source), edge.source_iface, name_of(edge.sink)));
  }
  return join(lost, ", ");
}

}  // namespace exo_harness::tools
