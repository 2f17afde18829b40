#include <cstdio>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/process/interrupts.h"
#include "exo_reports/write.h"

#include "app/interruption.h"
#include "app/suite_plan.h"
#include "cluster/cluster_choice.h"
#include "gate/interleave.h"
#include "run/run_session.h"

namespace exo_harness::tools {
namespace {

RunOptions options_of(const GateCommandOptions& gate, const Turn& turn) {
  RunOptions options;
  options.cluster = gate.runs[turn.is_candidate ? 1 : 0];
  options.models = gate.models;
  options.placements = gate.placements;
  options.suites = turn.suites;
  options.suite_folder = gate.suite_folder;
  options.out = gate.runs_folder;
  options.facts = turn.is_candidate ? gate.candidate_facts : gate.baseline_facts;
  if (!turn.filter.empty()) options.gtest_flags = {"--gtest_filter=" + turn.filter};
  return options;
}

exo_reports::GateRun run_turn(const GateCommandOptions& gate, const Turn& turn) {
  const RunOptions options = options_of(gate, turn);
  const cluster::ClusterSpec spec = choose_cluster(options);
  const std::vector<std::string> suites = choose_suites(options.suites, options.suite_folder);
  LiveView view(stderr);
  RunSession session(options, spec, suites, std::nullopt, view);
  session.run();
  const exo_reports::Written written = exo_reports::write_reports(session.folder().path);
  view.done();
  std::fprintf(stderr, "%s: %s\n", turn.is_candidate ? "candidate" : "baseline", written.judgement.sentence.c_str());
  if (stop_asked()) throw Interrupted("interrupted: the gate has no answer", "run it again");
  return exo_reports::read_gate_run(session.folder().path, session.folder().run_id);
}

}  // namespace

Interleaved interleave_clusters(const GateCommandOptions& options, const exo_reports::GateOptions& rules) {
  process::Interrupts::install();
  InterleavePlan plan;
  plan.suites = options.suites;
  std::erase(plan.suites, kPerformance);  // It runs in each turn anyway.
  plan.rounds = static_cast<std::size_t>(options.rounds);
  plan.most_blocks = static_cast<std::size_t>(options.most_blocks);
  return interleave([&](const Turn& turn) { return run_turn(options, turn); }, plan, rules);
}

}  // namespace exo_harness::tools
