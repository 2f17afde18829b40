#include "rdma/rdma_session.h"

#include <cstdio>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/trial/node_logs.h"
#include "exo_reports/write.h"

#include "app/interruption.h"
#include "cluster/make_way.h"

namespace exo_harness::tools {
namespace {

model::FixtureModel fixture_of(const std::string& id) {
  return model::find_fixture_model(model::load_fixture_models(model::fixtures_folder() / "models"), id);
}

// As many of the nodes as the heads of the model can be split over.
int ranks_for(const model::FixtureModel& model, int nodes) {
  for (int ranks = nodes; ranks > 1; --ranks) {
    if (model.kv_heads % ranks == 0 && model.hidden_size % ranks == 0) return ranks;
  }
  return 2;
}

void limit_phases(cluster::PhaseLimits& limits, int seconds) {
  if (seconds <= 0) return;
  for (milliseconds* limit :
       {&limits.place, &limits.connect, &limits.load, &limits.warm_up, &limits.first_token, &limits.generate}) {
    *limit = milliseconds(seconds * 1000);
  }
}

}  // namespace

// Shows what is going on, and ends it when the user wants so.
class RdmaSession::Guard : public Progress {
 public:
  explicit Guard(RdmaSession& session) : session_(session) {}
  void note(std::string_view) override {}
  void now(std::string_view line) override {
    session_.give_way();
    session_.screen_.now(line);
  }

 private:
  RdmaSession& session_;
};

// Says what was done in a line that stays.
class RdmaSession::ScreenProgress : public Progress {
 public:
  explicit ScreenProgress(RdmaScreen& screen) : screen_(screen) {}
  void note(std::string_view line) override { screen_.line(line); }
  void now(std::string_view line) override { screen_.now(line); }

 private:
  RdmaScreen& screen_;
};

void RdmaSession::give_way() const {
  if (!cleaning_ && stop_asked()) throw Interrupted("interrupted", "");
}

RdmaSession::RdmaSession(const RdmaOptions& options, cluster::ClusterSpec spec)
    : options_(options),
      spec_(std::move(spec)),
      screen_(options.json),
      run_(create_run_folder(folder_of_runs(options.out))),
      journal_(run_.journal(), "harness") {
  if (spec_.models.empty()) spec_.models = {"llama-3.2-1b"};
  limit_phases(spec_.limits, options.limit_seconds);
}

void RdmaSession::begin() {
  record_start(journal_, run_,
               {{"cluster", spec_.name},
                {"nodes", std::to_string(spec_.nodes)},
                {"suites", "rdma"},
                {"models", spec_.models[0]},
                {"repeat", std::to_string(options_.repeat)}});
  screen_.title(format("tensor parallelism over JACCL on {}, with {}", spec_.name, spec_.models[0]));
}

RdmaPlan RdmaSession::plan_for(const cluster::Cluster& cluster) const {
  RdmaPlan plan;
  const model::FixtureModel model = fixture_of(spec_.models[0]);
  plan.mode.world_size = ranks_for(model, static_cast<int>(cluster.nodes().size()));
  plan.preflight = {model.repo,
                    options_.local_answers,
                    milliseconds(options_.settle_seconds * 1000),
                    exo::short_name(plan.mode),
                    std::nullopt,
                    std::chrono::seconds(options_.rehearsal_limit_seconds)};
  if (!is_embedded_fake(spec_) || !options_.exo.empty()) plan.preflight.exo = options_.exo;
  plan.repeat = options_.repeat;
  plan.anyway = options_.anyway;
  return plan;
}

bool RdmaSession::bring_up_cluster(Progress& progress) {
  const Clock::time_point begun = Clock::now();
  auto up = bring_up(with_fake_start(spec_), run_, journal_, progress, std::nullopt, cluster::RdmaEdges::any);
  if (!up.ok()) {
    screen_.step(RdmaScreen::Word::fail, "cluster", up.failure().what);
    return false;
  }
  up_ = std::move(up).value();
  const cluster::Cluster& cluster = up_.cluster();
  views_.emplace(cluster.nodes(), journal_);
  screen_.step(RdmaScreen::Word::ok, "cluster",
               format("{} node{} of Exo {}, whole after {}", cluster.nodes().size(),
                      cluster.nodes().size() == 1 ? "" : "s", to_string(cluster.generation()),
                      humanize(std::chrono::duration_cast<milliseconds>(Clock::now() - begun))));
  return true;
}

void RdmaSession::clean_up(RdmaValidation& validation) {
  cleaning_ = true;
  steps_->skip_to(RdmaStep::repetitions, "an earlier step failed");
  steps_->begin(RdmaStep::cleanup);
  const std::optional<Failure> left = validation.clean_up();
  std::string down = "the cluster stays as it was";
  std::optional<Failure> survived;
  views_.reset();
  if (up_.started) {
    const auto stopped = up_.started->stop();
    if (!stopped) survived = stopped.failure();
    down = "cluster stopped, no process left";
  }
  if (!left && !survived) return steps_->pass("no instance left, " + down);
  const bool alive = survived && contains(survived->what, "left running");
  const bool unfit = !alive && left && left->kind == FailureKind::unfit;
  diagnose::Diagnosis why;
  why.blame = alive ? Blame::harness : unfit ? Blame::environment : Blame::product;
  why.verdict = verdict_of(why.blame);
  why.phase = left ? Phase::remove : Phase::stop;
  why.cause = left ? left->what : survived->what;
  why.remedy = alive   ? "Run `exo-harness sweep`."
               : unfit ? left->evidence
                       : "Read the master's log; delete by hand what is left.";
  why.confidence = "certain";
  steps_->fail(why.cause, why);
}

void RdmaSession::validate() {
  cluster::Cluster& cluster = up_.cluster();
  trial::Trials trials(cluster, journal_, trial::node_logs(cluster.spec().log_files, run_.logs()),
                       diagnose::SignatureBook::standard(model::fixtures_folder()));
  const RdmaPlan plan = plan_for(cluster);
  subject_ = format("{} works: every step, and {} repetitions", to_string(plan.mode), plan.repeat);
  steps_.emplace(journal_, screen_, plan.preflight.model_id, short_name(plan.mode));
  RdmaValidation validation(plan, cluster, trials, *steps_, [this] { give_way(); });
  try {
    validation.run();
  } catch (const Interrupted& interrupted) {
    steps_->abandon(Verdict::inconclusive, interrupted.what());
    clean_up(validation);
    steps_->finish();
    throw;
  } catch (const HarnessError& error) {
    steps_->abandon(Verdict::harness, error.what());
    clean_up(validation);
    steps_->finish();
    throw;
  }
  clean_up(validation);
  steps_->finish();
}

RunEnding RdmaSession::guarded() {
  Guard guard(*this);
  RunEnding ending;
  try {
    if (bring_up_cluster(guard)) {
      ScreenProgress progress(screen_);
      make_way_for({fixture_of(spec_.models[0]).repo}, up_.cluster(), options_.remove_instances, journal_, progress);
      validate();
    }
  } catch (const Interrupted&) {
    ending = {to_int(ExitCode::inconclusive), "interrupted"};
  } catch (const HarnessError& error) {
    ending = record_trouble(journal_, error);
  }
  views_.reset();
  up_ = {};  // Stops what is not stopped yet; the guard outlives it.
  return ending;
}

ExitCode RdmaSession::report() {
  const exo_reports::Written written = exo_reports::write_reports(run_.path);
  if (options_.json) {
    std::fputs(read_file(run_.path / "verdict.json").c_str(), stdout);
    return written.judgement.exit_code;
  }
  const RdmaTrouble* trouble = steps_ && steps_->trouble() ? &*steps_->trouble() : nullptr;
  screen_.verdict(written.judgement, trouble, subject_);
  screen_.line("report: " + written.report.string());
  return written.judgement.exit_code;
}

ExitCode RdmaSession::run() {
  begin();
  record_end(journal_, guarded());
  return report();
}

}  // namespace exo_harness::tools
