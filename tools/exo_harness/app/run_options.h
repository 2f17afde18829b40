#pragma once

#include <optional>
#include <string>
#include <vector>

namespace exo_harness::tools {

/// Which cluster, and how to get at it: options that `run`, `up` and others share.
struct ClusterOptions {
  std::string cluster;  ///< Name or file of a spec.
  std::string start_script, stop_script;
  std::vector<std::string> apis;
  int nodes = 0;  ///< 0: as the spec says.
  std::vector<std::string> models, placements;
  bool remove_instances = false;  ///< Of the models under test, whoever made them; where something is placed.
};

/// Options of `exo-harness run`.
struct RunOptions : ClusterOptions {
  std::vector<std::string> suites;
  std::string suite_folder;             ///< Suites of somebody else's making, beside ours; may be empty.
  std::optional<std::string> fallback;  ///< Empty text: the one that the fixture of the model names.
  std::string out;
  int repeat = 1;
  std::string shard;
  std::string exo;  ///< Whose engine is asked beforehand; empty: that of the nodes here.
  bool no_rehearsal = false;
  int rehearsal_limit_seconds = 20;  ///< Of each placement.
  bool quick = false;                ///< Only the tests that are marked so, each in one placement.
  bool keep_up = false;
  bool list_tests = false;  ///< In place of running them.
  bool json = false;
  int test_limit_seconds = 0;            ///< 0: from the limits of the spec.
  std::vector<std::string> facts;        ///< `KEY=VALUE` for the manifest.
  std::vector<std::string> gtest_flags;  ///< `--gtest_…`, handed on to the suites.
};

}  // namespace exo_harness::tools
