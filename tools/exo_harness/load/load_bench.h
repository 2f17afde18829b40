#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exo_harness/load/ramp.h"

#include "load/load_options.h"

namespace exo_harness::tools {

/// What is measured: a model that answers at some addresses.
struct LoadTarget {
  std::vector<std::string> apis;
  std::string model;                 ///< As the server knows it.
  bool is_exo = true;                ///< It keeps the promises of Exo's streams (contract 7).
  bool makes_sense = true;           ///< It can find a key in a text.
  std::uint64_t context_tokens = 0;  ///< Longest prompt and answer together; 0: not known.
};

/// Sends the loads that the options mean to one target. Prompts are as long in tokens as asked for: two requests tell
/// how many tokens a word has.
class LoadBench {
 public:
  LoadBench(const LoadOptions& options, LoadTarget target, load::LoadWatch watch);

  /// One load; `prompt_tokens` 0: a short prompt. `with_key`: each prompt holds a key that the answer must hold.
  load::LoadResult measure(int prompt_tokens, bool with_key);
  std::vector<load::RampLevel> ramp(int prompt_tokens);
  /// Why a prompt of that length is not sent; empty: it is.
  std::string why_too_long(int prompt_tokens) const;
  /// `chat-p64-o64`
  std::string workload(int prompt_tokens, bool with_key) const;

 private:
  load::LoadPlan plan(int prompt_tokens, bool with_key);
  load::LoadPlan plan_of_words(int words, bool with_key) const;
  int most_tokens(bool with_key) const;
  int words_for(int tokens);
  void learn_words();

  const LoadOptions& options_;
  const LoadTarget target_;
  const load::LoadWatch watch_;
  std::optional<double> tokens_a_word_;
  double tokens_beside_ = 0;  // Of the template, whatever the words.
  std::uint64_t next_number_ = 0;
};

}  // namespace exo_harness::tools
