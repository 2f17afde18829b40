#include "load/load_bench.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/load/block.h"

namespace exo_harness::tools {
namespace {

constexpr int kShortWords = 40, kFewWords = 100, kMoreWords = 400;
constexpr double kTokensAWord = 1.3;  // Of English, where the server tells no usage.
constexpr int kKeyTokens = 32;        // Room for an answer that names the key.

}  // namespace

LoadBench::LoadBench(const LoadOptions& options, LoadTarget target, load::LoadWatch watch)
    : options_(options), target_(std::move(target)), watch_(std::move(watch)) {}

load::LoadPlan LoadBench::plan_of_words(int words, bool with_key) const {
  load::LoadPlan plan;
  plan.apis = target_.apis;
  plan.model = target_.model;
  plan.first_number = next_number_;
  plan.silence.token = milliseconds(options_.silence_s * 1000);
  plan.prompt = load::prompts_of(options_.seed, with_key, words, target_.makes_sense);
  return plan;
}

load::LoadPlan LoadBench::plan(int prompt_tokens, bool with_key) {
  load::LoadPlan plan = plan_of_words(prompt_tokens == 0 ? kShortWords : words_for(prompt_tokens), with_key);
  plan.schedule = schedule_of(options_);
  plan.max_tokens = most_tokens(with_key);
  plan.warm_ups = options_.warm_ups >= 0 ? options_.warm_ups : std::max(2, options_.concurrency);
  plan.slo = parse_slo(options_.slo);
  return plan;
}

int LoadBench::most_tokens(bool with_key) const {
  return with_key ? std::max(options_.max_tokens, kKeyTokens) : options_.max_tokens;
}

load::LoadResult LoadBench::measure(int prompt_tokens, bool with_key) {
  load::LoadResult result = load::run_load(plan(prompt_tokens, with_key), watch_);
  next_number_ = result.next_number;
  return result;
}

std::vector<load::RampLevel> LoadBench::ramp(int prompt_tokens) {
  std::vector<load::RampLevel> levels = load::ramp(plan(prompt_tokens, false), options_.ramp, watch_);
  if (!levels.empty()) next_number_ = levels.back().result.next_number;
  return levels;
}

int LoadBench::words_for(int tokens) {
  if (!tokens_a_word_) learn_words();
  return std::max(1, static_cast<int>((tokens - tokens_beside_) / *tokens_a_word_));
}

void LoadBench::learn_words() {
  tokens_a_word_ = kTokensAWord;
  std::vector<double> tokens;
  for (const int words : {kFewWords, kMoreWords}) {
    load::LoadPlan plan = plan_of_words(words, false);
    plan.schedule.requests = 1;
    plan.max_tokens = 1;
    const load::LoadResult result = load::run_load(plan, watch_);
    next_number_ = result.next_number;
    if (result.prompt_tokens.count == 0) return;
    tokens.push_back(result.prompt_tokens.p50);
  }
  const double each = (tokens[1] - tokens[0]) / (kMoreWords - kFewWords);
  if (each <= 0) return;
  tokens_a_word_ = each;
  tokens_beside_ = tokens[0] - each * kFewWords;
}

std::string LoadBench::why_too_long(int prompt_tokens) const {
  const auto whole = static_cast<std::uint64_t>(prompt_tokens + std::max(options_.max_tokens, kKeyTokens));
  if (target_.context_tokens == 0 || whole <= target_.context_tokens) return "";
  return format("a prompt of {} tokens and its answer are longer than the model's context of {}", prompt_tokens,
                target_.context_tokens);
}

std::string LoadBench::workload(int prompt_tokens, bool with_key) const {
  return load::workload_id(with_key ? "key" : "chat", prompt_tokens, most_tokens(with_key));
}

}  // namespace exo_harness::tools
