#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::oracle {

/// How two answers with logprobs compare over the tokens on which they agree (correctness-oracles 3.2). Logprobs in
/// nats.
struct Comparison {
  std::size_t agreeing = 0;      ///< Tokens before the first different choice.
  std::size_t rows = 0;          ///< Rows of equal context: `agreeing`, and one more when they part.
  double max_delta = 0;          ///< Largest |difference| of the chosen token's logprob over the agreeing tokens,
  std::size_t max_delta_at = 0;  ///< and the token that has it.
  double mean_delta = 0;         ///< Signed: tested minus reference.
  double gap_rms = 0;            ///< Root mean square of the change of gaps between the first and ranks 2 to 5.
  std::size_t gaps = 0;
  double kl_mean = 0, kl_max = 0;  ///< Conditional on the candidates that both show.

  struct Parting {
    std::size_t position = 0;
    std::string reference_token, tested_token;
    double reference_margin = 0,
           tested_margin = 0;  ///< How much each side preferred its own; infinite: the other is not listed.
    std::string explanation;
  };
  std::optional<Parting> parting;
};

Comparison compare(const exo::ChatAnswer& reference, const exo::ChatAnswer& tested);

/// What counts as close. The values before a calibration on the hardware at hand: correctness-oracles 3.2, rules A, B,
/// E.
struct Closeness {
  double margin = 0;     ///< A parting is excused when both margins are at most this.
  double max_delta = 0;  ///< Over the agreeing prefix.
  std::optional<double> gap_rms, kl_mean;

  /// These limits for the chosen tokens only: the distance of whole distributions grows with the square of a step of
  /// their type, and says nothing more.
  Closeness of_choices() const;

  static Closeness float32();         ///< Tensor against single in f32: 1e-5 (contract 16).
  static Closeness same_placement();  ///< The same placement with another shape: batch, cache hit, cut.
  static Closeness tensor();          ///< Dense model in bf16, tensor against single.
  static Closeness tensor_hybrid();   ///< Mixture of experts: the router flips.
};

/// Fails: `mismatch` with the rule that is broken and the rows that show it; when an answer has no logprobs, or the
/// prompts had different lengths.
Outcome<Comparison> is_close(const exo::ChatAnswer& reference, const exo::ChatAnswer& tested, const Closeness& limits);

/// Comparisons of many prompts as one.
struct Pool {
  std::size_t prompts = 0, partings = 0, rows = 0;
  double max_delta = 0, gap_rms = 0, kl_mean = 0, kl_max = 0;
};
Pool pool(const std::vector<Comparison>& comparisons);

}  // namespace exo_harness::oracle
