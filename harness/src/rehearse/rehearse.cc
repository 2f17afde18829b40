// One rehearsal: the twin, the jobs of the ranks, and what they came to, placement after placement.
#include "exo_harness/rehearse/rehearse.h"

#include <nlohmann/json.hpp>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/few.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/locked_folder.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/architecture.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/model/rehearse/twin.h"

#include "conclusion.h"
#include "ranks.h"

namespace exo_harness::rehearse {
namespace fs = std::filesystem;
namespace {

using model::Rehearsal;
using Json = nlohmann::json;

constexpr const char* kMarkOfFolders = "rehearsal-";
constexpr int kMostRanks = 8;       // Each is a process of 150 MB, all at once.
constexpr int kTriesToConnect = 2;  // Another process may take a port that was free.

/// One placement, ready to be asked.
struct Plan {
  exo::Mode mode;
  std::vector<int> layers;  ///< Of each rank of a pipeline.
  std::string why_not;      ///< Not empty: there is nothing to ask.
};

// Nodes of the same memory, as memory_per_node() assumes.
Plan plan_of(const model::ModelFolder& folder, const exo::Mode& mode) {
  Plan plan{mode, {}, ""};
  if (mode.world_size > kMostRanks) {
    plan.why_not = format("more than {} ranks are not rehearsed on one machine", kMostRanks);
    return plan;
  }
  if (mode.world_size == 1 || mode.sharding == exo::Sharding::tensor) return plan;
  const int layers = folder.config.layers;
  plan.layers =
      model::allocate_layers(layers, std::vector<std::uint64_t>(static_cast<std::size_t>(mode.world_size), 1));
  if (layers <= 0)
    plan.why_not = "config.json does not say how many layers it has";
  else if (plan.layers.empty())
    plan.why_not = format("{} layers are fewer than {} ranks", layers, mode.world_size);
  return plan;
}

/// Of `org--name`, as Exo names its folders; else of an organisation that nobody knows.
std::string model_id_of(const fs::path& folder) {
  const std::string name = folder.filename().string();
  const std::size_t at = name.find("--");
  return at == std::string::npos ? "org/" + name : name.substr(0, at) + "/" + name.substr(at + 2);
}

class Stage {
 public:
  Stage(const model::ModelFolder& folder, const Limits& limits)
      : root_(folder_of_user(), kMarkOfFolders),
        limits_(limits),
        weights_(!folder.shards.empty()),
        model_id_(model_id_of(folder.path)) {
    write_file(root_.path() / "probe.py", read_file(model::fixtures_folder() / "rehearsal/probe.py"));
    model::write_twin(folder, root_.path() / "model");
  }

  const fs::path& path() const { return root_.path(); }
  const std::string& mark() const { return mark_; }

  std::vector<fs::path> write_jobs(const Plan& plan) {
    const std::string hosts = write_hosts(plan.mode.world_size);
    std::vector<fs::path> jobs;
    int first = 0, all = 0;
    for (const int layers : plan.layers) all += layers;
    for (int rank = 0; rank < plan.mode.world_size; ++rank) {
      const int layers = plan.layers.empty() ? 0 : plan.layers[static_cast<std::size_t>(rank)];
      Json job = job_of(plan.mode, rank, hosts);
      job.update({{"start_layer", first}, {"end_layer", first + layers}, {"n_layers", all}});
      jobs.push_back(root_.path() / format("job-{}.json", rank));
      write_file(jobs.back(), job.dump());
      first += layers;
    }
    return jobs;
  }

 private:
  /// One rank is enough: all have the same files.
  bool has_tokenizer() const {
    std::error_code ignored;
    for (const char* name : {"tokenizer.json", "tokenizer_config.json", "tokenizer.model"}) {
      if (fs::exists(root_.path() / "model" / name, ignored)) return true;
    }
    return false;
  }

  Json job_of(const exo::Mode& mode, int rank, const std::string& hosts) const {
    return {{"task", "rank"},
            {"tokenizer", rank == 0 && has_tokenizer()},
            {"model_id", model_id_},
            {"mark", mark_},
            {"weights", weights_},
            {"folder", (root_.path() / "model").string()},
            {"seconds", static_cast<double>(limits_.placement.count()) / 1000 + 5},
            {"most_bytes", limits_.rank_bytes},
            {"rank", rank},
            {"world_size", mode.world_size},
            {"sharding", mode.sharding == exo::Sharding::tensor ? "tensor" : "pipeline"},
            {"hostfile", hosts}};
  }

  // MLX's ring: for each rank, the addresses that it listens on.
  std::string write_hosts(int world_size) {
    Json hosts = Json::array();
    for (const int port : free_ports(world_size)) hosts.push_back(Json::array({format("127.0.0.1:{}", port)}));
    const fs::path file = root_.path() / "hosts.json";
    write_file(file, hosts.dump());
    return file.string();
  }

  LockedFolder root_;
  const Limits& limits_;
  bool weights_;
  std::string model_id_;  ///< Exo knows the tokenizers of some models by it.
  std::string mark_ = "rehearsal " + random_hex(8) + " ";
};

class Rehearsing {
 public:
  Rehearsing(const model::ModelFolder& folder, const Engine& engine, const Limits& limits)
      : folder_(folder), engine_(engine), limits_(limits), stage_(folder, limits) {}

  void ask(const exo::Mode& mode) {
    const Plan plan = plan_of(folder_, mode);
    const auto begin = Clock::now();
    Rehearsal rehearsal;
    for (int tries = 0; tries < kTriesToConnect; ++tries) {
      rehearsal = plan.why_not.empty() ? ask_once(plan) : not_asked(plan);
      if (rehearsal.verdict != Rehearsal::Verdict::unknown || rehearsal.step != "connect" || rehearsal.hung ||
          limits_.stop())
        break;
    }
    rehearsal.took_ms = std::chrono::duration_cast<milliseconds>(Clock::now() - begin).count();
    result.placements.push_back(std::move(rehearsal));
  }

  model::RehearsedModel result;

 private:
  static Rehearsal not_asked(const Plan& plan) {
    Rehearsal rehearsal;
    rehearsal.mode = plan.mode;
    rehearsal.reason = plan.why_not;
    return rehearsal;
  }

  Rehearsal ask_once(const Plan& plan) {
    const std::vector<RankEnd> ends = run_ranks(engine_, stage_.path(), stage_.write_jobs(plan), limits_);
    std::vector<RankReport> reports;
    for (const RankEnd& end : ends) reports.push_back(parse_rank_report(end.output, stage_.mark()));
    keep_what_holds_for_all(reports.front());
    Rehearsal asked;
    asked.mode = plan.mode;
    asked.without_weights = folder_.shards.empty();
    return with_strays(conclude(asked, ends, reports));
  }

  /// Whose values win depends on the order in which a directory lists them: two nodes can differ.
  Rehearsal with_strays(Rehearsal rehearsal) const {
    if (folder_.strays.empty() || rehearsal.verdict != Rehearsal::Verdict::passes) return rehearsal;
    rehearsal.verdict = Rehearsal::Verdict::unknown;
    rehearsal.reason = stray_text();
    return rehearsal;
  }

  std::string stray_text() const {
    std::vector<std::string> names;
    for (const model::BadFile& stray : folder_.strays) names.push_back(printable(stray.name));
    return format("mlx-lm also reads what the index does not name, in the order of the directory: {}",
                  join(few_of(names), ", "));
  }

  void keep_what_holds_for_all(const RankReport& report) {
    if (result.engine.mlx.empty() && report.engine) result.engine = *report.engine;
    if (!result.findings.empty() || report.step.empty()) return;
    result.findings = findings_of(report);
    if (!folder_.strays.empty()) result.findings.push_back({"files", stray_text()});
  }

  const model::ModelFolder& folder_;
  const Engine& engine_;
  const Limits& limits_;
  Stage stage_;
};

}  // namespace

model::RehearsedModel rehearse(const model::ModelFolder& folder, const std::vector<exo::Mode>& placements,
                               const Engine& engine, const Limits& limits) {
  remove_dead_rehearsals();
  Rehearsing rehearsing(folder, engine, limits);
  for (const exo::Mode& mode : placements) {
    if (limits.stop()) break;
    rehearsing.ask(mode);
    if (limits.once_hung_is_enough && rehearsing.result.placements.back().hung) break;
  }
  return std::move(rehearsing.result);
}

int remove_dead_rehearsals() {
  return LockedFolder::remove_dead(folder_of_user(), kMarkOfFolders);
}

}  // namespace exo_harness::rehearse
