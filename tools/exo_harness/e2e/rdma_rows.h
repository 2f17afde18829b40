#pragma once

#include <string>
#include <vector>

namespace exo_harness::tools {

/// One failure that is staged for `exo-harness rdma`, and what must be said of it.
struct RdmaRow {
  std::string name;
  std::string ref;                     ///< A row of fixtures/contract: `A-26` of field-report.md, `R-24` of rdma.md.
  std::vector<std::string> faults;     ///< Of the fake; `2@fault` is for node 2 only.
  std::vector<std::string> arguments;  ///< More of them for the command.
  std::string verdict;                 ///< Of the run.
  int exit_code = 1;
  std::string step;                   ///< The first that is not good: `Connect`; empty: all are.
  std::string phase;                  ///< Of its diagnosis; `preflight` for checks.
  std::string signature;              ///< Of its diagnosis; empty: unknown, or found by the command itself.
  std::string says;                   ///< A part of the screen.
  std::string late_step, late_fault;  ///< Set when that step begins.
};

/// A fake cluster, and the rows that are staged on it one after the other.
struct RdmaCluster {
  std::string name;
  std::string generation = "v1.0.71";
  std::string rdma = "mesh";
  int nodes = 2;
  std::string faults{};  ///< From the start, as `EXO_FAKE_FAULTS` holds them.
  std::vector<RdmaRow> rows{};
  int news_seconds = 4;  ///< How long Exo may take to say why an answer failed.
  double speed = 0.02;   ///< Of the fake; higher where a phase has to last long enough to be seen.
};

/// All of them.
std::vector<RdmaCluster> rdma_clusters();

}  // namespace exo_harness::tools
