#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat_follower.h"
#include "exo_harness/load/prompt.h"
#include "exo_harness/load/schedule.h"
#include "exo_harness/measure/latency.h"

namespace exo_harness::load {

/// What is sent where, and when.
struct LoadPlan {
  std::vector<std::string> apis;  ///< Base URLs, in turn.
  std::string model;              ///< As the server knows it.
  Schedule schedule;
  int max_tokens = 64;
  std::function<PromptText(std::uint64_t number)> prompt;  ///< Gets a number that no other request of the load has.
  std::uint64_t first_number = 0;  ///< Of the first prompt: a load after another one goes on behind it.
  int warm_ups = 0;                ///< Requests before those that count, as many at a time; excluded and counted.
  measure::Slo slo;
  exo::ChatFollower::Silence silence;
};

/// What the load is doing, for whoever watches or wants to end it. Called a few times a second, on the caller's thread.
struct LoadWatch {
  std::function<void(std::string_view line)> now;
  std::function<bool()> stop;  ///< True: close what is open and come to the end.
};

/// Requests that failed in one way.
struct FailedKind {
  FailureKind kind = FailureKind::timed_out;
  int count = 0, warm_ups = 0;  ///< `warm_ups`: how many of them.
  Failure first;
};

/// Tokens of the completed requests, from both sides.
struct TokenCount {
  std::int64_t by_usage = 0;  ///< As the server counts them.
  std::int64_t frames = 0;    ///< Data events with a choice: one a token on Exo, also when it releases no text.
  std::int64_t events = 0;    ///< Of those, with content, reasoning or tool calls: those that times are of.
  int without_usage = 0;      ///< Requests whose server told no usage.
  int fewer_frames = 0, more_frames = 0;  ///< Requests with fewer or more frames than tokens.
  std::string example;                    ///< Of one of them.
  int over_limit = 0;                     ///< Requests with more tokens than they asked for.
};

/// Whether this program was fast enough to be trusted.
struct ClientHealth {
  measure::Summary callback_us;  ///< From waking to the stamp: the error bar of each time, for it is never early.
  measure::Summary timer_us;     ///< How late a timer of 10 ms came.
  int slow_connects = 0;         ///< Connects over 900 ms: a SYN was lost (Hypercorn queues 100).
  double cpu_us_per_event = 0;   ///< Processor time of this program.
  std::string limited;           ///< Why its times are not to be trusted; empty: they are.
};

struct LoadResult {
  LoadPlan plan;
  measure::LoadSummary summary;
  std::uint64_t next_number = 0;    ///< Of the first prompt that was not used.
  int warm_ups = 0, abandoned = 0;  ///< `abandoned`: open when it was to stop; neither completed nor failed.
  std::vector<FailedKind> failed;   ///< Warm-ups too, whose number is not in `summary.failed`.
  TokenCount tokens;
  measure::Summary prompt_tokens, server_generation_tps, server_prompt_tps, peak_memory_mb;
  std::map<std::string, int> finish_reasons, cache_hits;
  int needles_asked = 0, needles_found = 0;
  std::string needle_missed;  ///< What one answer said that should have held it.
  std::string other_model;    ///< The name that an answer bore, if it was not the one that was asked for.
  ClientHealth client;
  /// Raw, one value a completed request: `ttft_ms`, `tpot_ms`, `e2e_ms`, `generation_tps`, `prompt_tps`.
  std::map<std::string, std::vector<double>> samples;
};

/// Sends the load and measures it, on the caller's thread. What becomes of single requests is in the result; nothing is
/// dropped. Answers that cannot be true (oracle/lawful.h) count as failed.
/// Fails: UsageError for an address that is none; HarnessError when so many streams cannot be open here.
LoadResult run_load(const LoadPlan& plan, const LoadWatch& watch = {});

/// How many of those that failed were warm-ups.
int failed_warm_ups(const LoadResult& result);

/// The promises that the server broke, the gravest first; empty: it kept them. Speed is none. `is_exo`: it promises one
/// frame a token (contract 7).
std::vector<Failure> broken_promises(const LoadResult& result, bool is_exo);

/// What casts doubt on the numbers, a sentence each: a slow client, late sends, no usage, speeds of client and server
/// that differ by more than 5 %.
std::vector<std::string> doubts(const LoadResult& result);

}  // namespace exo_harness::load
