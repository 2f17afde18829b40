#include "load/load_session.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/load/block.h"
#include "exo_harness/load/describe.h"
#include "exo_reports/write.h"

#include "app/interruption.h"
#include "app/verdict_text.h"
#include "cluster/make_way.h"
#include "load/load_json.h"

namespace exo_harness::tools {
namespace {

constexpr const char* kSuite = "load";
constexpr const char* kDefaultModel = "llama-3.2-1b";

std::string test_name(const LoadTold& told) {
  std::string name = told.model + (told.placement.empty() ? "" : "_" + told.placement);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return format("Load.{}/{}", told.workload, name);
}

/// What its test came to in the journal.
journal::TestEnded end_of_load(const LoadTold& told, const std::string& test, std::int64_t took_ms) {
  journal::TestEnded ended;
  ended.suite = kSuite, ended.test = test, ended.took_ms = took_ms, ended.result = Verdict::passed;
  if (!told.skipped.empty()) ended.result = Verdict::skipped, ended.skip_reason = told.skipped;
  if (!told.broken.empty()) {
    ended.result = verdict_of(told.broken.front().kind);
    ended.failure_kind = told.broken.front().kind;
    ended.failure = told.broken.front().what;
  }
  if (stop_asked()) ended.result = Verdict::inconclusive, ended.failures.push_back({"", 0, "interrupted"});
  for (const Failure& failure : told.broken) ended.failures.push_back({"", 0, to_string(failure)});
  return ended;
}

std::string text_of_load(const LoadTold& told) {
  std::string text =
      format("\n{}{}, {}\n", told.model, told.placement.empty() ? "" : " as " + told.placement, told.workload);
  if (told.result) text += load::describe(*told.result);
  if (!told.roofline.empty()) text += "memory: " + told.roofline + "\n";
  if (!told.levels.empty()) text += load::describe(told.levels);
  if (!told.skipped.empty()) text += "skipped: " + told.skipped + "\n";
  for (const Failure& failure : told.broken) text += "broken: " + printable(first_line(failure.what)) + "\n";
  return text;
}

}  // namespace

LoadSession::LoadSession(const LoadOptions& options, cluster::ClusterSpec spec)
    : options_(options),
      spec_(std::move(spec)),
      view_(stderr),
      run_(create_run_folder(folder_of_runs(options.out))),
      journal_(run_.journal(), "harness") {
  if (spec_.models.empty()) spec_.models = {kDefaultModel};
  if (spec_.placements.empty()) spec_.placements = {"single"};
  if (options_.as_is) spec_.models = options_.models, spec_.placements.clear();
}

void LoadSession::begin() {
  record_start(journal_, run_,
               {{"cluster", options_.as_is ? "as-is" : spec_.name},
                {"nodes", std::to_string(spec_.nodes)},
                {"suites", kSuite},
                {"models", join(spec_.models, ",")},
                {"placements", join(spec_.placements, ",")},
                {"schedule", to_string(schedule_of(options_))},
                {"seed", std::to_string(options_.seed)}});
  journal_.append(journal::SuiteStarted{kSuite, {}});
}

load::LoadWatch LoadSession::watch() {
  return {[this](std::string_view line) { view_.now(format("  {}", line)); }, stop_asked};
}

void LoadSession::as_it_is() {
  LoadTarget target{spec_.apis, spec_.models.front(), false, true, 0};
  LoadBench bench(options_, target, watch());
  all_workloads(bench, target, {target.model, "", "", {}, {}, {}, "", ""});
}

void LoadSession::all_placements() {
  auto up = bring_up(with_fake_start(spec_), run_, journal_, view_);
  if (!up.ok()) {
    view_.note("the cluster did not come up: " + up.failure().what);
    return;
  }
  up_ = std::move(up).value();
  const auto models = model::load_fixture_models(model::fixtures_folder() / "models");
  std::vector<std::string> repos;
  for (const std::string& id : spec_.models) repos.push_back(model::find_fixture_model(models, id).repo);
  make_way_for(repos, up_.cluster(), options_.remove_instances, journal_, view_);
  for (const std::string& id : spec_.models) {
    for (const std::string& placement : spec_.placements) {
      if (!stop_asked()) of_placement(model::find_fixture_model(models, id), placement);
    }
  }
}

// No eyes but those of the load are on the cluster while it is measured.
void LoadSession::of_placement(const model::FixtureModel& model, const std::string& placement) {
  LoadTold told{model.id, placement, "place", {}, {}, {}, "", ""};
  cluster::Cluster& cluster = up_.cluster();
  const auto placed = cluster.place(model.repo, *exo::parse_short_name(placement));
  if (!placed) {
    told.broken.push_back(placed.failure());
    keep(told, true, 0);
    return;
  }
  // One master's queue, as a client of Exo meets it.
  const LoadTarget target{{cluster.nodes().front().api}, model.repo, true, model.makes_sense, model.context_tokens};
  if (const auto state = cluster.state(); state.ok())
    roofline_ = roofline_of(model, placed->instance, placed->mode, *state,
                            model::load_chips(model::fixtures_folder() / "chips.toml"), no_roofline_);
  {
    const cluster::Watcher::Rest rest(cluster.watcher());
    LoadBench bench(options_, target, watch());
    all_workloads(bench, target, told);
  }
  const auto removed = cluster.remove(placed->instance.id);
  if (!removed) view_.note("the instance stays: " + removed.failure().what);
}

void LoadSession::all_workloads(LoadBench& bench, const LoadTarget& target, LoadTold told) {
  const bool ladder = options_.prompt_tokens.size() > 1;
  if (options_.prompt_tokens.empty()) return one_load(bench, target, std::move(told), 0, false);
  for (const int tokens : options_.prompt_tokens) {
    if (stop_asked()) return;
    one_load(bench, target, told, tokens, ladder);
    if (ladder && !told_.back().broken.empty()) return;  // A longer one does not go better.
  }
}

void LoadSession::one_load(LoadBench& bench, const LoadTarget& target, LoadTold told, int prompt_tokens,
                           bool with_key) {
  told.workload = bench.workload(prompt_tokens, with_key);
  told.skipped = bench.why_too_long(prompt_tokens);
  const Clock::time_point begun = Clock::now();
  if (told.skipped.empty() && options_.ramp > 0) {
    told.levels = bench.ramp(prompt_tokens);
    for (const load::RampLevel& level : told.levels) {
      for (Failure& failure : load::broken_promises(level.result, target.is_exo)) told.broken.push_back(failure);
    }
  } else if (told.skipped.empty()) {
    told.result = bench.measure(prompt_tokens, with_key);
    told.broken = load::broken_promises(*told.result, target.is_exo);
    // An address that was given, and where nobody is: that says nothing of a server.
    const bool nobody = options_.as_is && told.result->summary.completed == 0;
    for (Failure& failure : told.broken) {
      if (nobody && failure.kind == FailureKind::unreachable) failure.kind = FailureKind::unfit;
    }
    look_at_memory(told);
  }
  keep(told, target.is_exo, std::chrono::duration_cast<milliseconds>(Clock::now() - begun).count());
}

// Several streams may share what was read: the limit is that of one.
void LoadSession::look_at_memory(LoadTold& told) const {
  const load::Schedule& schedule = told.result->plan.schedule;
  if (schedule.kind != load::Schedule::Kind::closed || schedule.concurrency > 1) return;
  const measure::Summary& speed = told.result->summary.stream_tokens_per_s;
  if (roofline_ && speed.count > 0) told.roofline = describe(*roofline_, speed.p50);
  if (!roofline_ && !no_roofline_.empty()) told.roofline = "nothing to say: " + no_roofline_;
}

void LoadSession::keep(const LoadTold& told, bool is_exo, std::int64_t took_ms) {
  view_.done();
  const std::string test = test_name(told);
  journal_.append(journal::TestStarted{kSuite, test, "", 0, told.model, told.placement});
  const auto block = [&](const load::LoadResult& result) {
    journal::BlockMeasured record = load::block_of(result, is_exo);
    record.suite = kSuite, record.test = test, record.model = told.model, record.placement = told.placement;
    record.workload = told.workload;
    journal_.append(record);
  };
  if (told.result) block(*told.result);
  for (const load::RampLevel& level : told.levels) block(level.result);
  journal_.append(end_of_load(told, test, took_ms));
  told_.push_back(told);
  if (!options_.json) std::fputs(redact(text_of_load(told)).c_str(), stdout);
}

RunEnding LoadSession::guarded() {
  RunEnding ending;
  try {
    options_.as_is ? as_it_is() : all_placements();
  } catch (const Interrupted&) {
    ending = {to_int(ExitCode::inconclusive), "interrupted"};
  } catch (const HarnessError& error) {
    ending = record_trouble(journal_, error);
  }
  const bool bad = std::any_of(told_.begin(), told_.end(), [](const LoadTold& told) { return !told.broken.empty(); });
  journal_.append(journal::SuiteEnded{kSuite, bad ? 1 : 0, 0, false, ""});
  if (up_.started) static_cast<void>(up_.started->stop());
  up_ = {};
  return ending;
}

ExitCode LoadSession::tell() {
  const exo_reports::Written written = exo_reports::write_reports(run_.path);
  if (options_.json) {
    std::fputs(load_json(told_, written.judgement, run_.run_id).c_str(), stdout);
    return written.judgement.exit_code;
  }
  if (!told_.empty()) std::fputs(("\n" + load::describe_definitions()).c_str(), stdout);
  std::fputs(("\n" + verdict_text(written.judgement, written.report)).c_str(), stdout);
  return written.judgement.exit_code;
}

ExitCode LoadSession::run() {
  begin();
  record_end(journal_, guarded());
  view_.done();
  return tell();
}

}  // namespace exo_harness::tools
