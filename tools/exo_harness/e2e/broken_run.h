#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "exo_harness/journal/records.h"

namespace exo_harness::tools {

/// When a node that nobody asked for joins.
enum class Foreign { none, from_the_begin, with_the_suite };

/// One run of exo-harness against a fake cluster of two nodes that has a fault.
struct BrokenRun {
  std::string suite;
  std::string placement;            ///< Short name of a mode.
  std::string filter = "*";         ///< Of GoogleTest: the tests that look at this promise.
  std::string faults{};             ///< As `EXO_FAKE_FAULTS` holds them.
  std::string rdma = "mesh";        ///< RDMA scenario of the fake.
  std::string fault_on_running{};   ///< Of the second node, set as soon as a runner generates.
  Foreign foreign = Foreign::none;  ///< A third node of another namespace.
  double speed = 0;                 ///< Of the fake. Above 0 where something has to stay long enough to be seen.
  std::string model = "llama-3.2-1b";
  std::vector<std::string> arguments{};  ///< More of them, for `run`.
  std::string memory{};                  ///< Free bytes of a node; empty: enough.
  std::string generation{};              ///< Of the fake; empty: v1.0.71.
  std::string tables{};                  ///< More of the cluster file: `[faults]`.
};

/// What such a run came to.
struct SeenRun {
  int exit_code = -1;
  std::string verdict;                ///< Of verdict.json.
  std::string first_line;             ///< Of summary.md.
  std::string outcome, fallback_fit;  ///< Of the strategy in verdict.json; empty: there is none.
  std::string reasons;                ///< Of verdict.json: `verdict subject: what`, one a line.
  std::vector<journal::TestEnded> tests;
  std::string evidence;  ///< Of every diagnosis, a piece a line.
  std::string output;    ///< What the command printed.
  std::string trouble;   ///< Why this says nothing: the run did not end, a fault could not be set. Empty: it does.
};

/// Runs `exo-harness run` in `folder` to its end. At speed 0 the phases have limits of 2 to 4 seconds.
SeenRun run_broken(const BrokenRun& row, const std::filesystem::path& folder);

}  // namespace exo_harness::tools
