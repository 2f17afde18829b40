#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::cluster {

/// Limits of the phases; each begins when its phase does.
struct PhaseLimits {
  std::chrono::milliseconds start{30000};      ///< The start script has begun and not failed.
  std::chrono::milliseconds api{60000};        ///< Every API answers.
  std::chrono::milliseconds discovery{90000};  ///< Every node sees every other one, edges both ways.
  std::chrono::milliseconds stage{60000};      ///< The model is listed as downloaded on each node.
  std::chrono::milliseconds place{15000};      ///< A new instance shows.
  std::chrono::milliseconds connect{60000};
  std::chrono::milliseconds load{300000};
  std::chrono::milliseconds warm_up{180000};
  std::chrono::milliseconds first_token{60000};
  std::chrono::milliseconds generate{120000};
  std::chrono::milliseconds remove{30000};     ///< Instance and runners gone.
  std::chrono::milliseconds stop{30000};       ///< Grace of an orderly stop.
  std::chrono::milliseconds heartbeat{60000};  ///< No phase: a harness silent for so long counts as frozen.
};

/// What cluster to test and how to get at it. Read from `fixtures/clusters/*.toml` or put together from command line
/// flags.
struct ClusterSpec {
  std::string name = "default";
  std::filesystem::path start_script;  ///< Empty: attach; then it is never started and never stopped.
  std::vector<std::string> start_arguments;
  std::filesystem::path stop_script;  ///< Empty: SIGTERM to what was started.
  std::vector<std::string> apis;      ///< Base URLs; one is enough, the others are learnt from the topology.
  int nodes = 2;                      ///< How many nodes make it whole.
  std::map<std::string, std::string> environment;  ///< `[env]`.
  /// `[faults]`: the words of the command for a verb (faults.h), which break a node or mend it; empty: nobody may.
  std::map<std::string, std::vector<std::string>> faults;
  std::vector<std::filesystem::path> log_files;  ///< Node logs to collect, besides EXO_HARNESS_LOG_DIR.
  std::vector<std::string> models;               ///< Ids of fixture models to test with; empty: what is staged.
  std::vector<std::string> placements;           ///< Short names of modes; empty: all that the cluster offers.
  PhaseLimits limits;
  double speed = 1;  ///< Fake clusters: factor on Exo's timings; 0 is as fast as possible.
};

/// Reads a spec. `name_or_file`: a file, or the stem of a file in fixtures/clusters.
/// Fails: UsageError with file, line and what was expected, or with the nearest names.
ClusterSpec load_spec(std::string_view name_or_file);

}  // namespace exo_harness::cluster
