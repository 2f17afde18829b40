#pragma once

#include <string>
#include <vector>

#include "exo_harness/load/load.h"

#include "app/run_options.h"

namespace exo_harness::tools {

/// Options of `exo-harness load`.
struct LoadOptions : ClusterOptions {
  bool as_is = false;  ///< No cluster and no placement: what answers at the addresses is measured.
  int concurrency = 1;
  double rate = 0;                      ///< Above 0: open loop.
  bool fixed = false, poisson = false;  ///< Of `rate`; neither: Poisson.
  int ramp = 0;                         ///< Above 0: most streams at once of a ramp.
  std::vector<int> prompt_tokens;       ///< Several: a ladder.
  int max_tokens = 64;
  int requests = -1;  ///< -1: four a stream, at least 16; with a duration as many as there is time for.
  double duration_s = 0;
  int warm_ups = -1;  ///< -1: as many as there are streams, at least 2.
  std::uint64_t seed = 42;
  std::vector<std::string> slo;
  int silence_s = 120;  ///< Without a token a request counts as stalled.
  std::string out;
  bool json = false;
};

/// `ttft=500ms`, `tpot=50ms`, `e2e=10s`, each once. Fails: UsageError that names what is wrong.
measure::Slo parse_slo(const std::vector<std::string>& parts);

/// The schedule that the options mean.
load::Schedule schedule_of(const LoadOptions& options);

}  // namespace exo_harness::tools
