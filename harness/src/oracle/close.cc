#include "exo_harness/oracle/close.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "rows.h"

namespace exo_harness::oracle {

namespace {

using exo::ChatAnswer;
using exo::TokenLogprob;

constexpr std::size_t kGapRanks = 5;

/// Sums over the rows of equal context.
struct Sums {
  double gap_squares = 0, kl = 0, delta = 0;
  std::size_t gaps = 0, kl_rows = 0;
};

/// Changes of the gap between the reference's first candidate and its ranks 2 to 5 that both sides list.
void add_gaps(const TokenLogprob& r, const TokenLogprob& t, Sums& sums) {
  const auto first_r = logprob_of(r, choice(r)), first_t = logprob_of(t, choice(r));
  if (!first_r || !first_t) return;
  for (std::size_t i = 1; i < std::min(kGapRanks, r.top.size()); ++i) {
    const auto in_r = logprob_of(r, r.top[i].token), in_t = logprob_of(t, r.top[i].token);
    if (!in_r || !in_t) continue;
    const double change = (*first_r - *in_r) - (*first_t - *in_t);
    sums.gap_squares += change * change;
    ++sums.gaps;
  }
}

/// KL(reference || tested), both renormalised over the candidates that both list: a bucket for the rest would be wrong
/// because bf16 logprobs do not sum to one (correctness-oracles, oracle 4).
std::optional<double> conditional_kl(const TokenLogprob& r, const TokenLogprob& t) {
  std::vector<std::pair<double, double>> shared;
  double sum_r = 0, sum_t = 0;
  for (const exo::Candidate& c : r.top) {
    const auto in_r = logprob_of(r, c.token), in_t = logprob_of(t, c.token);
    if (!in_r || !in_t) continue;
    shared.emplace_back(*in_r, *in_t);
    sum_r += std::exp(*in_r);
    sum_t += std::exp(*in_t);
  }
  if (shared.size() < 2 || sum_r <= 0 || sum_t <= 0) return std::nullopt;
  double kl = 0;
  for (const auto& [lr, lt] : shared) kl += std::exp(lr) / sum_r * ((lr - std::log(sum_r)) - (lt - std::log(sum_t)));
  return std::max(kl, 0.0);
}

void add_row(const TokenLogprob& r, const TokenLogprob& t, Sums& sums, Comparison& c) {
  ++c.rows;
  add_gaps(r, t, sums);
  if (const auto kl = conditional_kl(r, t)) {
    sums.kl += *kl;
    ++sums.kl_rows;
    c.kl_max = std::max(c.kl_max, *kl);
  }
}

/// How much `row` prefers its choice to `other`: to the best of them when several candidates have that text (U+FFFD).
double margin(const TokenLogprob& row, const std::string& other) {
  const auto listed = std::find_if(row.top.begin(), row.top.end(), [&](const auto& c) { return c.token == other; });
  if (listed == row.top.end()) return std::numeric_limits<double>::infinity();
  return choice_logprob(row) - listed->logprob;
}

Comparison::Parting parting_at(std::size_t i, const TokenLogprob& r, const TokenLogprob& t) {
  return {i, choice(r), choice(t), margin(r, choice(t)), margin(t, choice(r)), describe_rows(r, t)};
}

/// The first agreeing token that says another text on both sides. Behind a choice that is part of a character nothing
/// is known: other tokens read U+FFFD, too.
std::optional<std::string> other_text(const ChatAnswer& reference, const ChatAnswer& tested, std::size_t agreeing) {
  for (std::size_t i = 0; i < agreeing; ++i) {
    const TokenLogprob &r = reference.logprobs[i], &t = tested.logprobs[i];
    if (contains(choice(r), "\xEF\xBF\xBD")) return std::nullopt;
    if (r.token != t.token) {
      return format("token {}: both chose '{}', and say '{}' and '{}'", i, printable(choice(r)), printable(r.token),
                    printable(t.token));
    }
  }
  return std::nullopt;
}

Failure broken(const std::string& rule, const std::string& evidence = "") {
  return {FailureKind::mismatch, rule, evidence};
}

}  // namespace

Comparison compare(const ChatAnswer& reference, const ChatAnswer& tested) {
  Comparison c;
  Sums sums;
  const std::size_t both = std::min(reference.logprobs.size(), tested.logprobs.size());
  for (std::size_t i = 0; i < both && !c.parting; ++i) {
    const TokenLogprob &r = reference.logprobs[i], &t = tested.logprobs[i];
    add_row(r, t, sums, c);
    if (choice(r) != choice(t)) {
      c.parting = parting_at(i, r, t);
    } else {
      ++c.agreeing;
      const double delta = choice_logprob(t) - choice_logprob(r);
      sums.delta += delta;
      if (std::abs(delta) > c.max_delta) {
        c.max_delta = std::abs(delta);
        c.max_delta_at = i;
      }
    }
  }
  c.gaps = sums.gaps;
  if (sums.gaps > 0) c.gap_rms = std::sqrt(sums.gap_squares / static_cast<double>(sums.gaps));
  if (sums.kl_rows > 0) c.kl_mean = sums.kl / static_cast<double>(sums.kl_rows);
  if (c.agreeing > 0) c.mean_delta = sums.delta / static_cast<double>(c.agreeing);
  return c;
}

Closeness Closeness::float32() {
  return {1e-4, 1e-5, std::nullopt, std::nullopt};
}
Closeness Closeness::same_placement() {
  return {0.2, 0.2, std::nullopt, 1e-3};
}
Closeness Closeness::tensor() {
  return {0.45, 0.45, std::nullopt, 1e-3};
}
Closeness Closeness::tensor_hybrid() {
  return {0.8, 0.8, std::nullopt, 5e-3};
}

Closeness Closeness::of_choices() const {
  return {margin, max_delta, std::nullopt, std::nullopt};
}

Outcome<Comparison> is_close(const ChatAnswer& reference, const ChatAnswer& tested, const Closeness& limits) {
  if (reference.logprobs.empty() || tested.logprobs.empty())
    return broken("an answer without logprobs cannot be compared");
  if (reference.usage && tested.usage && reference.usage->prompt_tokens != tested.usage->prompt_tokens) {
    return broken(format("the prompts had {} and {} tokens: not the same request (template, date?)",
                         reference.usage->prompt_tokens, tested.usage->prompt_tokens));
  }
  const Comparison c = compare(reference, tested);
  if (const auto other = other_text(reference, tested, c.agreeing)) return broken(*other);
  if (c.max_delta > limits.max_delta) {
    const std::size_t at = c.max_delta_at;
    return broken(format("logprobs differ by {:.3g} at token {} of {} that agree, {:.3g} are allowed", c.max_delta, at,
                         c.agreeing, limits.max_delta),
                  describe_rows(reference.logprobs[at], tested.logprobs[at]));
  }
  if (c.parting && std::max(c.parting->reference_margin, c.parting->tested_margin) > limits.margin) {
    return broken(format("token {}: '{}' instead of '{}', with margins of {:.3g} and {:.3g} where {:.3g} are excused",
                         c.parting->position, printable(c.parting->tested_token), printable(c.parting->reference_token),
                         c.parting->reference_margin, c.parting->tested_margin, limits.margin),
                  c.parting->explanation);
  }
  if (!c.parting && reference.logprobs.size() != tested.logprobs.size()) {
    return broken(format("{} tokens against {}", reference.logprobs.size(), tested.logprobs.size()));
  }
  if (limits.gap_rms && c.gap_rms > *limits.gap_rms) {
    return broken(format("gaps changed by {:.3g} (rms of {}), {:.3g} are allowed", c.gap_rms, c.gaps, *limits.gap_rms));
  }
  if (limits.kl_mean && c.kl_mean > *limits.kl_mean) {
    return broken(
        format("the distributions differ by {:.3g} nat on average, {:.3g} are allowed", c.kl_mean, *limits.kl_mean));
  }
  return c;
}

Pool pool(const std::vector<Comparison>& comparisons) {
  Pool p;
  double squares = 0, kl = 0;
  std::size_t gaps = 0;
  for (const Comparison& c : comparisons) {
    ++p.prompts;
    p.partings += c.parting ? 1 : 0;
    p.rows += c.rows;
    p.max_delta = std::max(p.max_delta, c.max_delta);
    p.kl_max = std::max(p.kl_max, c.kl_max);
    squares += c.gap_rms * c.gap_rms * static_cast<double>(c.gaps);
    gaps += c.gaps;
    kl += c.kl_mean * static_cast<double>(c.rows);
  }
  if (gaps > 0) p.gap_rms = std::sqrt(squares / static_cast<double>(gaps));
  if (p.rows > 0) p.kl_mean = kl / static_cast<double>(p.rows);
  return p;
}

}  // namespace exo_harness::oracle
