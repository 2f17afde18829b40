#include "run/run_session.h"

#include <algorithm>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/fixture/fixture.h"

#include "app/interruption.h"
#include "app/quick_selection.h"
#include "app/run_frame.h"
#include "cluster/cluster_choice.h"
#include "cluster/make_way.h"
#include "run/run_facts.h"
#include "run/run_rehearsals.h"

namespace exo_harness::tools {

// Lets phases speak through the journal, which is the one place that tells of their ends.
class RunSession::PhaseProgress : public Progress {
 public:
  PhaseProgress(LiveView& view, SuiteRunner& runner) : view_(view), runner_(runner) {}
  void note(std::string_view) override { runner_.look(); }
  void now(std::string_view line) override { view_.now(format("  {}", line)); }

 private:
  LiveView& view_;
  SuiteRunner& runner_;
};

namespace {

constexpr milliseconds kLookAgain{10000};

// The longest that one test may take: it places a model, waits for the answer and cleans up.
milliseconds limit_of_test(const cluster::PhaseLimits& limits) {
  const milliseconds phases = limits.discovery + limits.place + limits.connect + limits.load + limits.warm_up +
                              limits.first_token + limits.generate + limits.remove;
  return phases * 11 / 10 + milliseconds(5000);
}

}  // namespace

RunSession::RunSession(const RunOptions& options, cluster::ClusterSpec spec, std::vector<std::string> suites,
                       std::optional<StrategyChoice> strategy, LiveView& view)
    : options_(options),
      spec_(std::move(spec)),
      suites_(std::move(suites)),
      strategy_(std::move(strategy)),
      view_(view),
      run_(create_run_folder(folder_of_runs(options.out))),
      journal_(run_.journal(), "harness") {}

RunSession::~RunSession() = default;

SuiteRunner& RunSession::runner() {
  if (runner_) return *runner_;
  SuiteRunner::Options options;
  options.environment = {{"EXO_HARNESS_CLUSTER", run_.cluster_file().string()},
                         {"EXO_HARNESS_JOURNAL", run_.journal().string()},
                         {"EXO_HARNESS_FIXTURES", model::fixtures_folder().string()},
                         {"EXO_HARNESS_REHEARSALS", run_.rehearsals().string()},
                         {"EXO_HARNESS_RUN_ID", run_.run_id}};
  options.environment[kSecretsVariable] = known_secrets();  // A suite must know what to redact.
  options.environment[cluster::kCredentialsVariable] = cluster::credentials_of(spec_.apis);
  for (const auto& [name, value] : spec_.environment) {
    if (is_secret_name(name)) options.environment.emplace(name, value);
  }
  // What is tried is what was asked for, whatever the caller's environment selects.
  if (strategy_) options.environment["EXO_HARNESS_MODELS"] = "";
  options.gtest_flags = options_.gtest_flags;
  options.quick = options_.quick;
  if (options_.quick) options.environment[kQuickVariable] = "1";
  options.journal = run_.journal();
  options.logs = run_.logs();
  options.test_limit =
      options_.test_limit_seconds > 0 ? milliseconds(options_.test_limit_seconds * 1000) : limit_of_test(spec_.limits);
  options.binary_of = [this](const std::string& suite) { return program_of_suite(suite, options_.suite_folder); };
  options.why_stop = [this] { return why_stop(); };
  options.hurry = hurry_asked;
  diagnoser_ = std::make_unique<trial::TestDiagnoser>(
      journal_, [this] { return trial::node_logs(spec_.log_files, run_.logs()); },
      diagnose::SignatureBook::standard(model::fixtures_folder()));
  options.on_record = [this](const journal::Record& record) {
    if (strategy_) tests_.see(record);
    diagnoser_->see(record);
  };
  runner_ = std::make_unique<SuiteRunner>(std::move(options), journal_, view_);
  return *runner_;
}

void RunSession::begin() {
  std::map<std::string, std::string> settings = {{"cluster", spec_.name},
                                                 {"nodes", std::to_string(spec_.nodes)},
                                                 {"suites", join(suites_, ",")},
                                                 {"models", join(spec_.models, ",")},
                                                 {"fallback", strategy_ ? strategy_->fallback.id : ""},
                                                 {"placements", join(spec_.placements, ",")},
                                                 {"repeat", std::to_string(options_.repeat)},
                                                 {"shard", options_.shard.empty() ? "1/1" : options_.shard}};
  // Such a run is compared with its like only.
  if (options_.quick) settings["selection"] = "quick";
  record_start(journal_, run_, settings);
  view_.note(format("{}: {} node{}, {}", spec_.name, spec_.nodes, spec_.nodes == 1 ? "" : "s", run_.path.string()));
}

bool RunSession::bring_up_cluster() {
  phases_ = std::make_unique<PhaseProgress>(view_, runner());
  auto up = bring_up(with_fake_start(spec_), run_, journal_, *phases_);
  runner().look();
  if (!up.ok()) return false;
  up_ = std::move(up).value();
  views_.emplace(up_.cluster().nodes(), journal_, [this](const cluster::OddView& view) {
    view_.note(format("the view of {} is {}: {}", view.api, view.kind, view.why));
  });
  select_models(spec_.models);
  record_facts(up_.cluster(), is_embedded_fake(spec_), options_.facts, journal_);
  return true;
}

void RunSession::select_models(const std::vector<std::string>& models) {
  auto file = cluster::describe(up_.cluster(), run_.run_id, run_.path);
  file.spec.models = models;
  file.spec.placements = spec_.placements;
  cluster::write_cluster_file(run_.cluster_file(), file);
}

std::string RunSession::why_stop() {
  if (stop_asked()) return "the run was interrupted";
  return up_.started ? up_.started->why_over() : "";
}

std::vector<SuiteStep> RunSession::plan() {
  std::vector<SuiteStep> steps;
  for (const std::string& suite : suites_) {
    const auto more = plan_suite(suite, runner().list(suite));
    steps.insert(steps.end(), more.begin(), more.end());
  }
  return options_.shard.empty() ? steps : take_shard(steps, parse_shard(options_.shard));
}

void RunSession::run_suites(const std::vector<SuiteStep>& steps) {
  for (const SuiteStep& step : steps) tests_expected_ += static_cast<int>(step.tests.size()) * options_.repeat;
  view_.expect_tests(tests_expected_);
  for (int round = 0; round < options_.repeat; ++round) {
    for (const SuiteStep& step : steps) {
      // A look costs the node what is measured; and what a suite breaks on purpose is odd, and no news.
      std::optional<cluster::ViewWatch::Rest> rest;
      if (step.suite == kPerformance || step.suite == kResilience) rest.emplace(*views_);
      if (!runner().run(step)) return;
      if (step.suite == kResilience) look_again();
    }
  }
}

// Nodes that were started again have new ids.
void RunSession::look_again() {
  static_cast<void>(up_.cluster().wait_until_whole(Deadline::after(kLookAgain)));
  up_.locks.take(up_.cluster().nodes(), run_.path);
}

// Only for what is placed: tests of the nodes alone may run beside anything.
void RunSession::make_way(const std::vector<SuiteStep>& steps) {
  std::vector<std::string> repos;
  for (const model::FixtureModel& model : model::load_fixture_models(model::fixtures_folder() / "models")) {
    const auto places_it = [&](const SuiteStep& step) {
      return !step.tests.empty() && trial::placement_of(step.tests.front(), model.id).has_value();
    };
    const bool is_fallback = strategy_ && strategy_->fallback.id == model.id;
    if (is_fallback || std::any_of(steps.begin(), steps.end(), places_it)) repos.push_back(model.repo);
  }
  try {
    make_way_for(repos, up_.cluster(), options_.remove_instances, journal_, view_);
  } catch (const EnvironmentError& error) {
    if (strategy_) record_untried(error.what());
    throw;
  }
}

// The fake has no engine; one that is named stands for it.
void RunSession::rehearse(const std::vector<SuiteStep>& steps) {
  if (options_.no_rehearsal || (is_embedded_fake(spec_) && options_.exo.empty())) return;
  rehearse_what_is_placed(steps, up_.cluster(), {options_.exo, std::chrono::seconds(options_.rehearsal_limit_seconds)},
                          run_.rehearsals(), view_);
}

void RunSession::run_all() {
  if (!bring_up_cluster()) {
    if (strategy_) record_untried("the cluster did not come up");
    return;
  }
  const std::vector<SuiteStep> steps = plan();
  make_way(steps);
  rehearse(steps);
  run_suites(steps);
  if (strategy_ && why_stop().empty()) try_strategy();
}

void RunSession::bring_down() {
  views_.reset();
  up_.attached.reset();
  if (!up_.started) return;
  if (options_.keep_up && !stop_asked()) {
    how_to_end_ = up_.started->keep_up();
    cluster::collect_logs(spec_, run_.path, journal_, journal::LogState::growing);
    return;
  }
  static_cast<void>(up_.started->stop());  // What is left is in the journal, and turns the run red.
  up_.started.reset();
  runner().look();
}

void RunSession::run() {
  begin();
  RunEnding ending;
  try {
    run_all();
  } catch (const Interrupted&) {
    // Reported below, like any other interruption.
  } catch (const HarnessError& error) {
    ending = record_trouble(journal_, error);
  }
  bring_down();
  record_end(journal_, ending);
  runner().look();
}

}  // namespace exo_harness::tools
