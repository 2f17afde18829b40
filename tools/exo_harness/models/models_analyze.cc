#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>

#include <CLI/CLI.hpp>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/model/predict/analysis_json.h"
#include "exo_harness/model/predict/rehearsed_prediction.h"

#include "app/model_choice.h"
#include "app/rehearsing.h"
#include "cluster/node_address.h"
#include "models/models_subcommands.h"

namespace exo_harness::tools {
namespace {

struct AnalyzeOptions {
  std::string model, generation = "v1.0.71", card;
  bool json = false;
  int nodes = 8;
  std::uint64_t tokens = 8192;
  std::string api;
  std::vector<double> memory;  ///< GB free of each node.
  std::string exo;
  int rehearse = 2;  ///< Placements on up to so many nodes.
};

void print_packing(const model::ModelConfig& config, const model::Quantization& packing) {
  if (packing.bits == 0) return;
  fmt::print("packing     {} bits in groups of {}", packing.bits, packing.group_size);
  std::map<std::string, int> others;
  for (const auto& [module, own] : config.overrides)
    ++others[own.bits == 0 ? "not packed" : format("{} bits in groups of {}", own.bits, own.group_size)];
  for (const auto& [what, count] : others) fmt::print(", {} modules {}", count, what);
  fmt::print("\n");
}

void print_bytes(const model::Architecture& a, const model::ModelConfig& config, std::uint64_t tokens) {
  fmt::print("bytes       {} on disk, {} in headers{}\n", a.bytes_disk, a.bytes_headers,
             a.bytes_index > 0 ? format(", {} in the index", a.bytes_index) : "");
  fmt::print("cache       {} a token, {} of state a sequence; {} for one of {} tokens\n",
             human_bytes(a.kv_bytes_per_token), human_bytes(a.ssm_state_bytes),
             human_bytes(model::cache_bytes(config, tokens)), tokens);
}

void print_model(const ChosenModel& found, const model::Architecture& a, std::uint64_t tokens) {
  fmt::print("{}\n", redact(where_it_is(found)));
  fmt::print("type        {} ({})\n", redact(printable(a.model_type)), redact(printable(join(a.architectures, ", "))));
  for (const auto& [key, value] : found.folder.config.auto_map)
    fmt::print("auto_map    {} = {}\n", redact(printable(key)), redact(printable(value)));
  fmt::print("layers      {}\n", model::picture(a));
  if (a.experts.routed > 0)
    fmt::print("experts     {} routed, {} shared, {} active a token\n", a.experts.routed, a.experts.shared,
               a.experts.active);
  fmt::print("parameters  {:.2f} G, {:.2f} G active\n", static_cast<double>(a.parameters_total) / 1e9,
             static_cast<double>(a.parameters_active) / 1e9);
  fmt::print("context     {} tokens\n", a.context_tokens);
  print_packing(found.folder.config, a.quantization);
  print_bytes(a, found.folder.config, tokens);
  for (const std::string& problem : found.folder.problems) fmt::print("problem     {}\n", redact(problem));
  for (const std::string& gap : a.not_known) fmt::print("not known   {}\n", redact(gap));
}

void print_placements(const std::vector<model::Prediction>& predictions) {
  fmt::print("\n{:<18} {:>10}  {:<9}  {}\n", "placement", "a node", "basis", "prediction");
  for (const model::Prediction& each : predictions) {
    fmt::print("{:<18} {:>10}  {:<9}  {}\n", exo::short_name(each.mode), human_bytes(each.memory_per_node),
               model::to_string(each.basis), redact(model::to_string(each)));
  }
}

/// Nodes as the predictions shall take them, and the generation that they speak.
struct Cluster {
  model::NodesFacts nodes;
  exo::Generation generation;
};

Cluster cluster_at(const std::string& api) {
  exo::Client client(node_address(api, false, ""));
  const Deadline deadline = Deadline::after(std::chrono::seconds(30));
  const auto state = client.state(deadline);
  if (!state)
    throw EnvironmentError(format("{} gives no answer: {}", api, to_string(state.failure())),
                           "start the cluster, or say what its nodes have with --memory");
  const auto generation = client.generation(deadline);
  if (!generation || *generation == exo::Generation::unknown)
    throw EnvironmentError(format("{} speaks no generation that is known", api), "see `exo-harness doctor --api`");
  return {model::nodes_facts(*state), *generation};
}

Cluster cluster_of(const AnalyzeOptions& options) {
  if (!options.api.empty()) return cluster_at(options.api);
  const auto generation = exo::parse_generation(options.generation);
  if (!generation)
    throw UsageError(format("`{}` is no generation of Exo", options.generation), "v1.0.71, main or zenoh");
  model::NodesFacts nodes;
  for (const double gigabytes : options.memory) nodes.free_bytes.push_back(static_cast<std::uint64_t>(gigabytes * 1e9));
  std::sort(nodes.free_bytes.begin(), nodes.free_bytes.end(), std::greater<>());
  return {nodes, *generation};
}

/// What the engine says of placements that Exo does not refuse; nothing without an Exo here, unless one was named.
model::RehearsedModel rehearsed(const AnalyzeOptions& options, const ChosenModel& chosen,
                                const std::vector<model::Prediction>& predictions) try {
  std::vector<exo::Mode> modes;
  for (const model::Prediction& each : predictions) {
    const bool is_once = each.mode.comm == exo::Comm::mlx_ring;  // JACCL is rehearsed as the ring.
    const bool is_refused = each.phases == std::vector{Phase::place};
    if (is_once && !is_refused && each.mode.world_size <= options.rehearse) modes.push_back(each.mode);
  }
  if (modes.empty()) return {};
  return rehearse_until_stopped(chosen, modes, engine_here(options.exo), {},
                                {"the analysis was stopped", "repeat it; --rehearse 0 asks no engine"});
} catch (const EnvironmentError&) {
  if (!options.exo.empty()) throw;
  return {};
}

void analyze(const AnalyzeOptions& options) {
  const auto [nodes, generation] = cluster_of(options);
  const ChosenModel found = choose_model(options.model);
  const model::Architecture architecture = model::analyse(found.folder);
  model::CardFacts card = model::card_of(found.folder, found.repo, generation);
  if (!found.card_states_kv_heads) card.kv_heads = 0;
  if (!options.card.empty()) card = model::read_card(options.card);
  auto predictions = model::predict_all(found.folder, card, generation, nodes, options.nodes, options.tokens);
  const model::RehearsedModel engine = rehearsed(options, found, predictions);
  for (model::Prediction& each : predictions) each = model::with_rehearsal(each, rehearsal_of(engine, each.mode));
  if (options.json) {
    fmt::print("{}", redact(model::analysis_json(architecture, found.folder.config, predictions, options.tokens)));
    return;
  }
  print_model(found, architecture, options.tokens);
  print_placements(predictions);
  if (engine.placements.empty()) return;
  fmt::print("\nrehearsed with {}\n", redact(model::to_string(engine.engine)));
  for (const model::RehearsalFinding& each : engine.findings) fmt::print("{:<11} {}\n", each.kind, redact(each.text));
}

}  // namespace

void add_models_analyze(CLI::App& models) {
  auto options = std::make_shared<AnalyzeOptions>();
  CLI::App* command = models.add_subcommand(
      "analyze", "What a model is, what it needs, and what will come of each placement; reads no weights");
  command->add_option("MODEL", options->model, "A folder, a fixture model, or org/name of one that is on this machine")
      ->required();
  command->add_option("--generation", options->generation, "Of Exo: v1.0.71, main or zenoh")->capture_default_str();
  command->add_option("--card", options->card, "Exo's card of it, when it is not the one that `models stage` writes")
      ->check(CLI::ExistingFile);
  command->add_option("--nodes", options->nodes, "Placements on up to so many nodes")
      ->check(CLI::Range(1, 32))
      ->capture_default_str();
  command->add_option("--tokens", options->tokens, "Length of the sequence whose cache counts as memory")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000'000}))
      ->capture_default_str();
  CLI::Option* memory =
      command->add_option("--memory", options->memory, "GB free of each node: 24,24; else enough is assumed")
          ->check(CLI::PositiveNumber)
          ->delimiter(',');
  command->add_option("--api", options->api, "A node of a running cluster: take its nodes' memory, RDMA and generation")
      ->excludes(memory);
  command->add_option("--exo", options->exo,
                      "Exo's checkout, environment or Python, whose engine is asked; else as doctor finds it");
  command->add_option("--rehearse", options->rehearse, "Ask the engine of placements on up to so many nodes; 0: never")
      ->check(CLI::Range(0, 8))
      ->capture_default_str();
  command->add_flag("--json", options->json, "For scripts; keys: fixtures/README.md");
  command->callback([options] { analyze(*options); });
}

}  // namespace exo_harness::tools
