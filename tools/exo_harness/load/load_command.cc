#include "load/load_command.h"

#include <cmath>
#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/process/interrupts.h"

#include "cluster/cluster_choice.h"
#include "cluster/cluster_options.h"
#include "load/load_options.h"
#include "load/load_session.h"

namespace exo_harness::tools {
namespace {

constexpr int kMostStreams = 10'000;

void check(const LoadOptions& o) {
  if (o.as_is && (o.apis.empty() || o.models.size() != 1))
    throw UsageError("--as-is measures what answers at an address",
                     "give --api URL and one --model, as the server calls it");
  if (o.as_is && (!o.placements.empty() || !o.start_script.empty() || !o.cluster.empty()))
    throw UsageError("--as-is places and starts nothing", "leave --placement, --start-script and --cluster out");
  if (o.ramp > 0 && (o.rate > 0 || o.prompt_tokens.size() > 1))
    throw UsageError("--ramp is a closed loop with one length of prompts", "leave --rate out, and give one length");
  if (std::isnan(o.rate) || std::isnan(o.duration_s))  // CLI11's ranges let it through.
    throw UsageError("--rate and --duration want a number", "write it like --rate 2.5 --duration 30");
  (void)parse_slo(o.slo);
}

int run_load_command(LoadOptions& options) {
  check(options);
  const std::vector<std::string> models = options.models;
  if (options.as_is) options.models.clear();  // Of a server that is no Exo no fixture knows them.
  const cluster::ClusterSpec spec = choose_cluster(options);
  options.models = models;
  process::Interrupts::install();
  return to_int(LoadSession(options, spec).run());
}

}  // namespace

void add_load_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("load", "Load a model and measure latency and throughput, token by token");
  auto options = std::make_shared<LoadOptions>();
  add_cluster_options(*command, *options);
  add_remove_option(*command, *options);
  command->add_flag("--as-is", options->as_is,
                    "Only send requests to --api: look at no cluster, place nothing (any server of OpenAI's chat API)");
  command->add_option("--concurrency", options->concurrency, "Closed loop: so many streams at a time")
      ->check(CLI::Range(1, kMostStreams))
      ->capture_default_str();
  auto* rate =
      command->add_option("--rate", options->rate, "Open loop: so many requests a second, whatever comes of them")
          ->check(CLI::Range(0.001, 100000.0));
  auto* fixed = command->add_flag("--fixed", options->fixed, "Of --rate: at even times")->needs(rate);
  command->add_flag("--poisson", options->poisson, "Of --rate: at random times (default)")
      ->needs(rate)
      ->excludes(fixed);
  command
      ->add_option("--ramp", options->ramp, "Double the streams from 1 to so many, and find where more bring nothing")
      ->check(CLI::Range(2, kMostStreams))
      ->excludes(rate);
  command
      ->add_option(
          "--prompt-tokens", options->prompt_tokens,
          "Length of the prompts; several, as 512,2048,8192: a ladder, each with a key to be found in the text")
      ->delimiter(',')
      ->check(CLI::Range(16, 262'144));
  command->add_option("--max-tokens", options->max_tokens, "Of each answer")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--requests", options->requests, "How many count (default: 4 a stream, at least 16)")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--duration", options->duration_s, "Seconds after which none is sent")
      ->check(CLI::Range(0.1, 86400.0));
  command
      ->add_option("--warm-ups", options->warm_ups,
                   "Requests before those that count (default: one a stream, at least 2)")
      ->check(CLI::Range(0, 100'000));
  command
      ->add_option("--silence", options->silence_s, "Seconds without a token after which a request counts as stalled")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of prompts and random times")->capture_default_str();
  command->add_option("--slo", options->slo, "What is good enough, as ttft=500ms,tpot=50ms,e2e=10s: gives the goodput")
      ->delimiter(',');
  command->add_option("--out", options->out, "Folder of runs (default: EXO_HARNESS_RUNS, else exo-runs)");
  command->add_flag("--json", options->json, "Print the result as JSON");
  command->callback([options, &exit_code] { exit_code = run_load_command(*options); });
}

}  // namespace exo_harness::tools
