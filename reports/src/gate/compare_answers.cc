// The same prompts on both builds, token by token: sanity, self-consistency, identity, near-tie or real, drift. The
// rules: reports/README.md.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <tuple>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/measure/summary.h"
#include "exo_harness/oracle/close.h"

#include "gate/gate_words.h"
#include "gate/parts.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;
using exo_harness::exo::ChatAnswer;
using exo_harness::journal::AnswerKept;

constexpr double kNearTie = 0.25;    // Nats: two steps of bf16 at logits of 16 to 32.
constexpr double kDrift = 0.05;      // Nats, the 99th percentile that is let pass before anything was measured.
constexpr double kOfItself = 3;      // Times what the baseline differs from itself.
constexpr double kRealShare = 0.01;  // Of prompts, in policy `standard`.
constexpr std::size_t kLoopTokens = 20, kLoops = 5;

struct Asked {
  std::string model, placement, prompt;
  auto operator<=>(const Asked&) const = default;
};
using Kept = std::map<Asked, std::vector<const AnswerKept*>>;

Kept kept_of(const GateSide& side) {
  Kept kept;
  for (const GateRun& run : side.runs) {
    for (const AnswerKept& answer : run.record.answers) {
      kept[{answer.model, answer.placement, answer.prompt}].push_back(&answer);
    }
  }
  return kept;
}

ChatAnswer chat_answer(const AnswerKept& kept) {
  ChatAnswer answer;
  answer.content = kept.text;
  answer.finish_reason = kept.finish_reason;
  for (const auto& token : kept.tokens) {
    exo_harness::exo::TokenLogprob row{token.text, token.logprob, {}};
    for (std::size_t i = 0; i < std::min(token.top.size(), token.top_logprobs.size()); ++i) {
      row.top.push_back({token.top[i], token.top_logprobs[i]});
    }
    answer.logprobs.push_back(std::move(row));
  }
  return answer;
}

// Why no healthy build gives this answer; empty when one may.
std::string insanity_of(const AnswerKept& answer) {
  if (answer.text.empty() && answer.tokens.empty()) return "it is empty";
  if (answer.finish_reason.empty()) return "it has no finish reason";
  std::map<std::string, std::size_t> seen;
  for (std::size_t at = 0; at < answer.tokens.size(); ++at) {
    if (!std::isfinite(answer.tokens[at].logprob)) return format("token {} has a logprob that is no number", at);
    if (at + kLoopTokens > answer.tokens.size()) continue;
    std::string words;
    for (std::size_t i = at; i < at + kLoopTokens; ++i) words += answer.tokens[i].text + '\0';
    if (++seen[words] >= kLoops) return format("it says the same {} tokens {} times", kLoopTokens, kLoops);
  }
  return "";
}

bool same(const AnswerKept& a, const AnswerKept& b) {
  return a.text == b.text && a.finish_reason == b.finish_reason &&
         std::equal(a.tokens.begin(), a.tokens.end(), b.tokens.begin(), b.tokens.end(),
                    [](const auto& x, const auto& y) { return x.text == y.text; });
}

bool is_steady(const std::vector<const AnswerKept*>& answers) {
  return std::all_of(answers.begin(), answers.end(), [&](const auto* one) { return same(*answers.front(), *one); });
}

void add_deltas(const AnswerKept& a, const AnswerKept& b, std::vector<double>& deltas) {
  for (std::size_t i = 0; i < std::min(a.tokens.size(), b.tokens.size()); ++i) {
    if (a.tokens[i].text != b.tokens[i].text) return;
    deltas.push_back(std::abs(a.tokens[i].logprob - b.tokens[i].logprob));
  }
}

double p99(const std::vector<double>& values) {
  return exo_harness::measure::percentile(values, 99).value_or(0);
}

class AnswerGate {
 public:
  AnswerGate(const GateSide& baseline, const GateSide& candidate, GateFindings& findings)
      : before_(kept_of(baseline)), now_(kept_of(candidate)), findings_(findings) {}

  void run() {
    if (before_.empty() && now_.empty()) {
      findings_.result.not_tested.push_back("answers token by token: neither run kept any");
      return;
    }
    exo_harness::Few missing;
    for (const auto& [key, answers] : before_) {
      const auto now = now_.find(key);
      if (now == now_.end()) {
        missing.add(asked_in_words(key));
      } else {
        compare(key, answers, now->second);
      }
    }
    if (missing.count() > 0) {
      findings_.add(GateVerdict::inconclusive, "answer.missing", exo_harness::join(missing.list(), "; "),
                    "the baseline kept what was answered, and the candidate did not: run the suite inference on both");
    }
    judge_partings();
    judge_drift();
  }

 private:
  void compare(const Asked& key, const std::vector<const AnswerKept*>& before,
               const std::vector<const AnswerKept*>& now) {
    AnswerComparison one;
    one.model = key.model;
    one.placement = key.placement;
    one.prompt = key.prompt;
    one.outcome = "identical";
    if (before.front()->prompt_tokens != now.front()->prompt_tokens) {
      one.what = format("the prompts have {} and {} tokens: not the same request", before.front()->prompt_tokens,
                        now.front()->prompt_tokens);
      return tell(GateVerdict::fail, "answer.prompt", std::move(one), "other_prompt");
    }
    for (const AnswerKept* answer : now) {
      if (one.what = insanity_of(*answer); one.what.empty()) continue;
      const bool before_too = !insanity_of(*before.front()).empty();
      return tell(before_too ? GateVerdict::pass : GateVerdict::fail, "answer.sanity", std::move(one), "insane");
    }
    for (const AnswerKept* again : before) add_deltas(*before.front(), *again, of_itself_);
    if (!is_steady(now)) {
      one.what = "asked again, the candidate gives another answer";
      return tell(is_steady(before) ? GateVerdict::fail : GateVerdict::pass, "answer.unsteady", std::move(one),
                  "unsteady");
    }
    compare_tokens(*before.front(), *now.front(), std::move(one));
  }

  void compare_tokens(const AnswerKept& before, const AnswerKept& now, AnswerComparison one) {
    const auto comparison = exo_harness::oracle::compare(chat_answer(before), chat_answer(now));
    one.agreeing = static_cast<int>(comparison.agreeing);
    one.max_delta = comparison.max_delta;
    add_deltas(before, now, deltas_);
    if (comparison.parting) {
      const auto& parting = *comparison.parting;
      one.baseline_token = parting.reference_token;
      one.candidate_token = parting.tested_token;
      one.baseline_margin = parting.reference_margin;
      one.candidate_margin = parting.tested_margin;
      one.rows = parting.explanation;
      one.outcome = std::max(parting.reference_margin, parting.tested_margin) <= kNearTie ? "near_tie" : "real";
      one.what = format("token {}: '{}' becomes '{}', preferred by {:.3g} nat before and {:.3g} now", parting.position,
                        sanitized_line(one.baseline_token, 40), sanitized_line(one.candidate_token, 40),
                        one.baseline_margin, one.candidate_margin);
    } else if (!same(before, now)) {
      one.outcome = "real";
      one.what = format("{} and {} tokens, finish reasons '{}' and '{}'", before.tokens.size(), now.tokens.size(),
                        sanitized_line(before.finish_reason, 40), sanitized_line(now.finish_reason, 40));
    }
    findings_.result.answers.push_back(std::move(one));
  }

  void tell(GateVerdict verdict, const char* rule, AnswerComparison one, const char* outcome) {
    one.outcome = outcome;
    findings_.add(verdict, rule, asked_in_words(one), one.what);
    findings_.result.answers.push_back(std::move(one));
  }

  void judge_partings() {
    const auto& all = findings_.result.answers;
    const auto real = static_cast<double>(
        std::count_if(all.begin(), all.end(), [](const auto& one) { return one.outcome == "real"; }));
    const bool fails = findings_.options.release ? real > 0 : real > kRealShare * static_cast<double>(all.size());
    for (const AnswerComparison& one : all) {
      const std::string subject = asked_in_words(one);
      if (one.outcome == "near_tie") findings_.warn("answer.near_tie", subject, one.what);
      if (one.outcome == "real") {
        findings_.add(fails ? GateVerdict::fail : GateVerdict::pass, "answer.real_divergence", subject, one.what);
      }
    }
  }

  void judge_drift() {
    const double limit = std::max(kDrift, kOfItself * p99(of_itself_)), seen = p99(deltas_);
    if (deltas_.empty() || seen <= limit) return;
    findings_.add(
        GateVerdict::fail, "answer.drift", format("{} tokens", deltas_.size()),
        format("logprobs of tokens that both chose differ by {:.3g} nat (99th percentile), {:.3g} are the limit", seen,
               limit));
  }

  Kept before_, now_;
  GateFindings& findings_;
  std::vector<double> deltas_, of_itself_;  // Of the candidate to the baseline; of the baseline to itself.
};

}  // namespace

void compare_answers(const GateSide& baseline, const GateSide& candidate, GateFindings& findings) {
  AnswerGate(baseline, candidate, findings).run();
}

}  // namespace exo_reports
