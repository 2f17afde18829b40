#include "rdma_command.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/doctor.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/model/fixture.h"

#include "bring_up.h"
#include "cluster_choice.h"
#include "cluster_options.h"
#include "node_logs.h"
#include "run_folder.h"
#include "trial.h"

namespace exo_harness::tools {
namespace {

constexpr const char* kQuestion = "What is 2+2?";

struct RdmaOptions : ClusterOptions {
  std::string model = "mlx-community/Llama-3.2-1B-Instruct-4bit";
  std::string out;
  int repeat = 20;
  bool anyway = false;
};

/// Prints one line a step: `ok`, `FAILED` or `skipped`, and what was seen.
class Screen {
 public:
  void step(std::string_view name, bool ok, std::string_view seen) {
    fmt::print("{:<7} {:<18} {}\n", ok ? "ok" : "FAILED", name, seen);
  }
  void skipped(std::string_view name, std::string_view why) { fmt::print("{:<7} {:<18} {}\n", "skipped", name, why); }
  void verdict(std::string_view text) { fmt::print("\n{}\n", text); }
};

std::string times_of(const std::vector<cluster::PhaseTime>& phases) {
  std::vector<std::string> parts;
  for (const cluster::PhaseTime& phase : phases) parts.push_back(phase.phase + " " + for_people(phase.took));
  return join(parts, ", ");
}

ExitCode code_of(const diagnose::Diagnosis& diagnosis) {
  if (diagnosis.blame == diagnose::Blame::environment) return ExitCode::inconclusive;
  return diagnosis.blame == diagnose::Blame::harness ? ExitCode::harness : ExitCode::failed;
}

class RdmaRun {
 public:
  RdmaRun(const RdmaOptions& options, cluster::Cluster& cluster, const RunFolder& run)
      : options_(options),
        cluster_(cluster),
        trials_(cluster, run.journal(), node_logs(cluster.spec(), run),
                diagnose::SignatureBook::standard(model::fixtures_folder())) {}

  ExitCode run() {
    if (!preflight() && !options_.anyway) {
      screen_.skipped("placement", "not fit; --anyway tries all the same, but each try may cost a port its resources");
      screen_.verdict("verdict: environment, JACCL cannot work here");
      return ExitCode::inconclusive;
    }
    const TrialResult single = trials_.run(options_.model, {}, kQuestion);
    screen_.step("one node", single.worked,
                 single.worked ? "answer: " + shorten(single.answer, 60) : single.diagnosis.cause);
    if (!single.worked) return say_why(single, "the model does not work on one node: this says nothing of JACCL");
    return over_jaccl(single.answer);
  }

 private:
  bool preflight() {
    const Outcome<exo::State> state = cluster_.state();
    if (!state) {
      screen_.step("preflight", false, state.failure().what);
      return false;
    }
    const auto checks = diagnose::check_state(*state, {static_cast<int>(cluster_.nodes().size()), true, 0, utc_now()});
    const std::string reason = diagnose::why_no_jaccl(checks);
    const bool fit = diagnose::is_fit(checks, true);
    screen_.step("preflight", fit,
                 fit              ? format("{} checks", checks.size())
                 : reason.empty() ? "the cluster is not fit"
                                  : reason);
    if (!fit) {
      for (const diagnose::Check& check : checks) {
        if (check.status == diagnose::Check::Status::bad)
          fmt::print("        {}: {}\n          fix: {}\n", check.node, check.seen, check.fix);
      }
    }
    return fit;
  }

  ExitCode over_jaccl(const std::string& single_answer) {
    const exo::Mode mode{exo::Sharding::tensor, exo::Comm::mlx_jaccl, static_cast<int>(cluster_.nodes().size())};
    const TrialResult jaccl = trials_.run(options_.model, mode, kQuestion, options_.repeat);
    const bool placed = !jaccl.instance.id.empty();
    screen_.step("placement", placed,
                 placed ? format("{} proven; {}", to_string(mode), times_of(jaccl.phases)) : "did not become ready");
    if (placed && !matrix(jaccl.instance)) screen_.skipped("first collective", "two cables: it would never end");
    if (!jaccl.worked) return say_why(jaccl, "tensor parallelism over JACCL does not work");
    screen_.step("first collective", true, "all ranks became ready after it");
    screen_.step("answers", true, format("{} times: {}", options_.repeat, shorten(jaccl.answer, 60)));
    const bool same = jaccl.answer == single_answer;
    screen_.step("same as one node", same, same ? "equal" : "one node said: " + shorten(single_answer, 60));
    screen_.step("cleanup", true, "instance deleted");
    screen_.verdict(
        same ? "verdict: passed, tensor parallelism over JACCL works"
             : "verdict: failed, the answers differ: compare logprobs before believing in a rounding difference");
    return same ? ExitCode::passed : ExitCode::failed;
  }

  bool matrix(const exo::Instance& instance) {
    const Outcome<exo::State> state = cluster_.state();
    if (!state) return true;
    const auto checks = diagnose::check_matrix(instance, *state);
    const bool good = diagnose::is_fit(checks, true);
    for (const diagnose::Check& check : checks)
      screen_.step("device matrix", check.status == diagnose::Check::Status::good, check.seen);
    return good;
  }

  ExitCode say_why(const TrialResult& trial, std::string_view headline) {
    screen_.verdict(format("verdict: {}\n{}", headline, for_people(trial.diagnosis)));
    return code_of(trial.diagnosis);
  }

  const RdmaOptions& options_;
  cluster::Cluster& cluster_;
  Trials trials_;
  Screen screen_;
};

int rdma(const RdmaOptions& options) {
  const cluster::ClusterSpec spec = with_fake_start(choose_cluster(options));
  const RunFolder run = create_run_folder(folder_of_runs(options.out));
  journal::Journal journal(run.journal(), "harness");
  Outcome<UpCluster> up = bring_up(spec, run, journal, silent_progress(), {});
  if (!up)
    throw EnvironmentError("the cluster did not come up: " + up.failure().what,
                           "run `exo-harness up` to see each phase");
  const ExitCode code = RdmaRun(options, up->cluster(), run).run();
  if (up->started) static_cast<void>(up->started->stop());
  return to_int(code);
}

}  // namespace

void add_rdma_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("rdma", "Whether tensor parallelism over JACCL works, from preflight to cleanup");
  auto options = std::make_shared<RdmaOptions>();
  add_cluster_options(*command, *options);
  command->add_option("--small-model", options->model, "A model that is known to be good")->capture_default_str();
  command->add_option("--repeat", options->repeat, "How often the question is asked")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  command->add_option("--out", options->out, "Folder of runs");
  command->add_flag("--anyway", options->anyway, "Place although the preflight says that it cannot work");
  command->callback([options, &exit_code] { exit_code = rdma(*options); });
}

}  // namespace exo_harness::tools
