#include "run/run_command.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/number.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/interrupts.h"
#include "exo_reports/write.h"

#include "app/known_options.h"
#include "app/quick_selection.h"
#include "app/rehearsing.h"
#include "app/verdict_text.h"
#include "cluster/bring_up.h"
#include "cluster/cluster_choice.h"
#include "cluster/cluster_options.h"
#include "run/run_facts.h"
#include "run/run_session.h"
#include "run/strategy_choice.h"
#include "run/suite_runner.h"

namespace exo_harness::tools {
namespace {

// The flags of GoogleTest that do in a run what they do in a suite; a run has shards, streams and reports of its own.
constexpr std::string_view kPassedOn[] = {"--gtest_filter=",  "--gtest_shuffle",    "--gtest_random_seed=",
                                          "--gtest_color=",   "--gtest_print_time", "--gtest_also_run_disabled_tests",
                                          "--gtest_fail_fast"};

bool is_passed_on(const std::string& flag) {
  return std::any_of(std::begin(kPassedOn), std::end(kPassedOn), [&](auto each) { return flag.starts_with(each); });
}

// GoogleTest takes -1 as forever and 0 for no test at all.
int repetitions_of(const std::string& flag, std::string_view number) {
  if (const auto count = whole_number<int>(number); count && *count > 0) return *count;
  throw UsageError(format("{}: not a number of repetitions that comes to an end", flag),
                   "give how often each test is to run: --repeat 3");
}

void take_gtest_flags(const CLI::App& app, RunOptions& options) {
  constexpr std::string_view kRepeat = "--gtest_repeat=";
  const std::string from_environment = environment("GTEST_REPEAT");
  if (!from_environment.empty()) repetitions_of("GTEST_REPEAT=" + from_environment, from_environment);
  for (const std::string& word : app.remaining()) {
    if (!word.starts_with("--gtest_")) fail_unknown_option(app, word);
    if (word.starts_with(kRepeat)) {
      options.repeat = repetitions_of(word, std::string_view(word).substr(kRepeat.size()));
    } else if (word == "--gtest_list_tests" || word == "--gtest_list_tests=1") {
      options.list_tests = true;
    } else if (is_passed_on(word)) {
      options.gtest_flags.push_back(word);
    } else {
      throw UsageError(format("{}: not a flag that a run passes on to its suites", word),
                       "--gtest_filter=, --gtest_shuffle, --gtest_fail_fast and the like are; parts of a run: "
                       "--shard 1/2; for more, start a suite itself");
    }
  }
}

void print_verdict(const RunOptions& options, const RunSession& session, const exo_reports::Written& written) {
  if (options.json) {
    std::fputs(read_file(session.folder().path / "verdict.json").c_str(), stdout);
  } else {
    std::fputs(verdict_text(written.judgement, written.report).c_str(), stdout);
  }
  std::fflush(stdout);
  if (!session.how_to_end().empty()) {
    std::fprintf(stderr, "the cluster is still up; end it with: %s\n", session.how_to_end().c_str());
  }
}

// As GoogleTest lists them.
std::string quick_list(const std::string& listing) {
  std::string text, group;
  for (const std::string& test : select_quick(parse_test_list(listing), parse_quick_marks(listing)).tests) {
    const std::size_t end = test.find('.') + 1;
    if (test.substr(0, end) != group) text += (group = test.substr(0, end)) + "\n";
    text += "  " + test.substr(end) + "\n";
  }
  return text;
}

// What each suite would run on such a cluster. Nothing is started, and what is staged there is not asked.
int print_tests(const RunOptions& options, const cluster::ClusterSpec& spec, const std::vector<std::string>& suites) {
  std::map<std::string, std::string> environment = {{"EXO_HARNESS_CLUSTER", ""},
                                                    {"EXO_HARNESS_NODES", std::to_string(spec.nodes)}};
  if (options.quick) environment[kQuickVariable] = "1";
  if (!spec.models.empty()) environment["EXO_HARNESS_MODELS"] = join(spec.models, ",");
  if (!spec.placements.empty()) environment["EXO_HARNESS_PLACEMENTS"] = join(spec.placements, ",");
  for (const std::string& suite : suites) {
    std::vector<std::string> command = {program_of_suite(suite, options.suite_folder).string()};
    command.insert(command.end(), options.gtest_flags.begin(), options.gtest_flags.end());
    const process::CommandResult listed = list_tests(std::move(command), environment);
    if (!listed.status.ok()) {
      throw HarnessError(format("the suite {} cannot list its tests: {}", suite, process::to_string(listed.status)),
                         std::string(trim(last_lines(listed.output, 3))));
    }
    std::fputs(options.quick ? quick_list(listed.output).c_str() : listed.output.c_str(), stdout);
  }
  return to_int(ExitCode::passed);
}

void check_quick(const RunOptions& options) {
  if (!options.quick || !options.fallback) return;
  throw UsageError("--quick with --fallback: what becomes of a model is known by all of its tests only",
                   "leave one of them out");
}

int run(RunOptions& options) {
  check_quick(options);
  const cluster::ClusterSpec spec = choose_cluster(options);
  if (options.keep_up && spec.start_script.empty() && !is_embedded_fake(spec)) {
    throw UsageError("--keep-up without --start-script: what is only attached to stays up anyway", "leave it out");
  }
  const std::vector<std::string> suites = choose_suites(options.suites, options.suite_folder);
  if (options.list_tests) return print_tests(options, spec, suites);
  if (!options.shard.empty()) parse_shard(options.shard);
  for (const std::string& fact : options.facts) parse_fact(fact);
  if (!options.exo.empty()) static_cast<void>(engine_here(options.exo));  // Before anything is started.
  const std::optional<StrategyChoice> strategy = choose_strategy(options, spec);
  process::Interrupts::install();
  LiveView view(stderr);
  RunSession session(options, spec, suites, strategy, view);
  session.run();
  view.now("  writing the reports");
  const exo_reports::Written written = exo_reports::write_reports(session.folder().path);
  view.done();
  print_verdict(options, session, written);
  return to_int(written.judgement.exit_code);
}

}  // namespace

void add_run_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("run", "Bring a cluster up, run the suites on it, take it down, report");
  auto options = std::make_shared<RunOptions>();
  add_cluster_options(*command, *options);
  add_remove_option(*command, *options);
  command->add_option("--suite", options->suites, "Only this suite, may be repeated")->allow_extra_args(false);
  command->add_flag("--quick", options->quick,
                    "Only the tests that see each kind of fault first, each in one placement; the rest is reported as "
                    "left out");
  command->add_option("--suite-folder", options->suite_folder, "Also the suites in this folder: programs suite_NAME");
  command
      ->add_option("--fallback", options->fallback,
                   "Say what becomes of the one --model, and if it does not work test the cluster with this one "
                   "(without NAME: the one that its fixture names)")
      ->expected(0, 1)
      ->type_name("[NAME]");
  command->add_option("--out", options->out, "Folder of runs (default: EXO_HARNESS_RUNS, else exo-runs)");
  command->add_option("--repeat", options->repeat, "Run each test so often")->check(CLI::Range(1, 100000));
  command->add_option("--shard", options->shard, "Only part I of N, as I/N; join the runs with merge");
  command->add_option("--test-limit", options->test_limit_seconds, "Seconds until a test counts as hung")
      ->check(CLI::Range(1, 86400));
  command->add_option("--fact", options->facts, "KEY=VALUE for the manifest, such as exo.version=1.0.71")
      ->allow_extra_args(false);
  command->add_option("--exo", options->exo,
                      "Rehearse with this Exo: a checkout with its environment, the environment, or its Python "
                      "(default: that which the nodes on this machine run from)");
  command
      ->add_option("--rehearsal-limit", options->rehearsal_limit_seconds,
                   "Seconds that the rehearsal of a placement may take; after the first that hangs, none is made")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str();
  command->add_flag("--no-rehearsal", options->no_rehearsal,
                    "Do not ask the engine beforehand what comes of a placement");
  command->add_flag("--keep-up", options->keep_up, "Leave the cluster up and say how to end it");
  command->add_flag("--json", options->json, "Print verdict.json");
  command->allow_extras();
  command->footer("Flags of GoogleTest (--gtest_filter=…) are handed on to the suites.");
  command->callback([options, command, &exit_code] {
    take_gtest_flags(*command, *options);
    exit_code = run(*options);
  });
}

}  // namespace exo_harness::tools
