// Stages failures of the field in a fake cluster, asks for a diagnosis of each, and writes the confusion table.
//
//     diagnosis_proof [--out FILE] [--only REF] [--healthy N]
//
// Exit 0: at least 95 % named rightly, none wrong with certainty, no alarm in a healthy run.
#include <algorithm>
#include <cstdio>
#include <future>
#include <map>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/trial/node_logs.h"
#include "exo_harness/trial/trial.h"

#include "app/run_folder.h"
#include "cluster/bring_up.h"
#include "field_failures.h"

namespace exo_harness::proof {
namespace {

using namespace std::chrono_literals;

// Exo shows a failed runner for about two seconds; at this speed that is still some looks at the state.
constexpr double kSpeed = 0.2;

// The state keeps every task, and each look at it costs more: after so many rows a new cluster is quicker.
constexpr int kRowsOfACluster = 8;

cluster::ClusterSpec spec_of(const std::string& generation, const std::string& rdma) {
  cluster::ClusterSpec spec;
  spec.name = "proof";
  spec.nodes = 2;
  spec.speed = kSpeed;
  spec.environment["EXO_FAKE_GENERATION"] = generation;
  spec.environment["EXO_FAKE_RDMA"] = rdma;
  cluster::PhaseLimits& l = spec.limits;
  l.place = l.connect = l.load = l.warm_up = 8s;
  l.first_token = 8s, l.generate = 12s, l.remove = 20s, l.stop = 10s;
  return tools::with_fake_start(spec);
}

/// A fake cluster and what is needed to try things on it.
class Bench {
 public:
  Bench(const std::string& generation, const std::string& rdma)
      : run_(tools::create_run_folder(folder_.path())),
        journal_(std::make_unique<journal::Journal>(run_.journal(), "harness")) {
    auto up = tools::bring_up(spec_of(generation, rdma), run_, *journal_, silent_progress(), {});
    if (!up)
      throw HarnessError("the fake cluster did not come up: " + up.failure().what,
                         "build start-fake-cluster and fake_exo");
    up_ = std::make_unique<tools::UpCluster>(std::move(up).value());
    trials_ = std::make_unique<trial::Trials>(up_->cluster(), *journal_,
                                              trial::node_logs(up_->cluster().spec().log_files, run_.logs()),
                                              diagnose::SignatureBook::standard(model::fixtures_folder()));
  }
  ~Bench() {
    trials_.reset();
    if (up_ && up_->started) static_cast<void>(up_->started->stop());
  }

  trial::TrialResult run(const FieldFailure& row) {
    set(row.faults);
    trials_->at_first_token([&] { set(row.at_token); });
    auto result = trials_->run(row.model, *exo::parse_short_name(row.mode), row.question);
    if (!row.costs_the_cluster) clear();
    return result;
  }

 private:
  void set(const std::vector<Staged>& faults) {
    for (const Staged& staged : faults) {
      for (std::size_t i = 0; i < up_->cluster().nodes().size(); ++i) {
        if (staged.node != 0 && node_number(i) != staged.node) continue;
        static_cast<void>(up_->cluster().client(i).raw("POST", "/fake/fault", staged.fault, Deadline::after(5s)));
      }
    }
  }
  // The first node of the fake has the smallest address.
  int node_number(std::size_t index) {
    std::vector<std::string> apis;
    for (const cluster::Node& node : up_->cluster().nodes()) apis.push_back(node.api);
    std::vector<std::string> sorted = apis;
    std::sort(sorted.begin(), sorted.end());
    return static_cast<int>(std::find(sorted.begin(), sorted.end(), apis[index]) - sorted.begin()) + 1;
  }
  void clear() {
    for (std::size_t i = 0; i < up_->cluster().nodes().size(); ++i) {
      static_cast<void>(up_->cluster().client(i).raw("DELETE", "/fake/fault", "", Deadline::after(5s)));
    }
    remove_leftovers();
    static_cast<void>(up_->cluster().wait_until_whole(Deadline::after(20s)));
  }
  // An instance that came after its limit would answer the next question, without the fault.
  void remove_leftovers() {
    const auto state = up_->cluster().client().state(Deadline::after(5s));
    if (!state) return;
    for (const auto& [id, instance] : state->instances) static_cast<void>(up_->cluster().remove(id));
  }

  TemporaryFolder folder_{"diagnosis-proof"};
  tools::RunFolder run_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<tools::UpCluster> up_;
  std::unique_ptr<trial::Trials> trials_;
};

struct Outcome {
  FieldFailure row;
  diagnose::Diagnosis seen;
  bool right = false, wrong_and_sure = false;
};

Outcome judged(const FieldFailure& row, const diagnose::Diagnosis& seen) {
  Outcome o{row, seen};
  const bool named = seen.signature == row.signature || (seen.signature != "" && seen.signature == row.or_signature);
  o.right = named && to_string(seen.phase) == row.phase && to_string(seen.verdict) == row.verdict;
  o.wrong_and_sure = !o.right && seen.confidence == "certain";
  return o;
}

// A row that could not be staged counts as wrong, and the run goes on with a new cluster.
diagnose::Diagnosis not_staged(const HarnessError& error) {
  diagnose::Diagnosis none;
  none.confidence = "unknown";
  none.cause = format("not staged: {}", error.what());
  return none;
}

std::string row_text(const Outcome& o) {
  const auto named = [](const std::string& id) { return id.empty() ? std::string("unknown") : id; };
  return format("| {} | {} | {} {} | {} | {} / {} / {} | {} / {} / {} | {} | {} |\n", o.row.ref,
                shorten(o.row.title, 70), o.row.generation, o.row.rdma, o.row.mode, named(o.row.signature), o.row.phase,
                o.row.verdict, named(o.seen.signature), to_string(o.seen.phase), to_string(o.seen.verdict),
                o.seen.confidence,
                o.right            ? "right"
                : o.wrong_and_sure ? "WRONG AND SURE"
                                   : "wrong");
}

std::string table_text(const std::vector<Outcome>& outcomes, int healthy, int alarms) {
  const auto right = std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.right; });
  const auto sure = std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.wrong_and_sure; });
  std::string text = format(
      "# Diagnosis: field failures staged in the fake cluster\n\nWritten by `diagnosis_proof` on {}. {} failures, {} "
      "right ({:.1f} %), {} wrong and certain; {} healthy runs, {} false alarms.\n\n",
      utc_now(), outcomes.size(), right,
      100.0 * static_cast<double>(right) / static_cast<double>(std::max<std::size_t>(1, outcomes.size())), sure,
      healthy, alarms);
  text += format(
      "Measure again: `build/debug/bin/diagnosis_proof --out reports/measured/diagnosis.md` (a fake of two nodes at "
      "speed {}, some minutes; `--only A-26` stages one row). Right: signature, phase and verdict are the expected "
      "ones. A row that could not be staged counts as wrong.\n\n",
      kSpeed);
  text +=
      "A = row of fixtures/contract/field-report.md, R = row of section 6 of rdma.md there. Expected and seen: "
      "signature / phase / verdict.\n\n";
  text +=
      "| row | failure | cluster | placement | expected | seen | confidence | judged |\n| --- | --- | --- | --- | --- "
      "| --- | --- | --- |\n";
  for (const Outcome& o : outcomes) text += row_text(o);
  return text;
}

struct Options {
  std::string out, only;
  int healthy = 30;
};

// A run without a fault; whether it raised an alarm.
bool alarms(Bench& bench, const std::string& mode) {
  FieldFailure row;
  row.mode = mode, row.model = "exo-harness/tiny-llama", row.question = "What is 2+2?";
  const auto result = bench.run(row);
  if (result.diagnosis.verdict != Verdict::passed) fmt::print("alarm: {} {}\n", mode, humanize(result.diagnosis));
  return result.diagnosis.verdict != Verdict::passed;
}

int healthy_alarms(int runs) {
  int count = 0;
  const std::vector<std::string> modes = {"single", "pipeline-2", "tensor-2", "tensor-jaccl-2", "pipeline-jaccl-2"};
  for (const std::string generation : {"v1.0.71", "main"}) {
    if (runs == 0) break;
    std::unique_ptr<Bench> bench;
    for (int i = 0; i < runs / 2; ++i) {
      if (i % kRowsOfACluster == 0) bench.reset(), bench = std::make_unique<Bench>(generation, "mesh");
      count += alarms(*bench, modes[static_cast<std::size_t>(i) % modes.size()]);
    }
  }
  return count;
}

std::vector<Outcome> run_generation(const Options& options, const std::string& generation) {
  std::vector<FieldFailure> rows = field_failures();
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.generation, a.rdma, a.costs_the_cluster) < std::tie(b.generation, b.rdma, b.costs_the_cluster);
  });
  std::vector<Outcome> outcomes;
  std::unique_ptr<Bench> bench;
  std::string present;
  int rows_here = 0;
  for (const FieldFailure& row : rows) {
    if (row.generation != generation || (!options.only.empty() && row.ref != options.only)) continue;
    const std::string wanted = row.generation + " " + row.rdma;
    diagnose::Diagnosis seen;
    try {
      if (!bench || present != wanted || ++rows_here >= kRowsOfACluster) {
        rows_here = 0;
        bench.reset();
        bench = std::make_unique<Bench>(row.generation, row.rdma);
      }
      present = row.costs_the_cluster ? "" : wanted;
      seen = bench->run(row).diagnosis;
    } catch (const HarnessError& error) {
      present.clear();
      seen = not_staged(error);
    }
    outcomes.push_back(judged(row, seen));
    fmt::print("{}{}", row_text(outcomes.back()), outcomes.back().right ? "" : humanize(seen) + "\n");
    std::fflush(stdout);
  }
  return outcomes;
}

// Most of the time of a row is waiting, so the two generations and the healthy runs go on beside each other.
int prove(const Options& options) {
  auto other = std::async(std::launch::async, [&] { return run_generation(options, "main"); });
  auto healthy = std::async(std::launch::async, [&] { return healthy_alarms(options.healthy); });
  std::vector<Outcome> outcomes = run_generation(options, "v1.0.71");
  for (const Outcome& outcome : other.get()) outcomes.push_back(outcome);
  int count = options.healthy;  // Runs that could not be made prove nothing: they count as alarms.
  try {
    count = healthy.get();
  } catch (const HarnessError& error) {
    fmt::print("the healthy runs broke off: {}\n", error.what());
  }
  const std::string text = table_text(outcomes, options.healthy / 2 * 2, count);
  if (!options.out.empty()) write_file(options.out, text);
  fmt::print("{}", text.substr(0, text.find("\n\nA =")));
  const auto right = std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.right; });
  const bool sure = std::any_of(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.wrong_and_sure; });
  return right * 100 >= static_cast<long>(outcomes.size()) * 95 && !sure && count == 0 ? 0 : 1;
}

}  // namespace
}  // namespace exo_harness::proof

int main(int argc, char** argv) {
  CLI::App app("Stages failures in a fake cluster and judges the diagnosis of each");
  exo_harness::proof::Options options;
  app.add_option("--out", options.out, "Where the table goes");
  app.add_option("--only", options.only, "One row");
  app.add_option("--healthy", options.healthy, "Healthy runs");
  CLI11_PARSE(app, argc, argv);
  try {
    return exo_harness::proof::prove(options);
  } catch (const std::exception& error) {
    fmt::print("{}\n", error.what());
    return 2;
  }
}
