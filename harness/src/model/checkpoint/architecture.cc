#include "exo_harness/model/checkpoint/architecture.h"

#include <algorithm>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "exo_rules.h"
#include "tensor_names.h"

namespace exo_harness::model {
namespace {

std::string whole_pattern(const ModelConfig& config) {
  return config.pattern.empty() ? std::string(static_cast<std::size_t>(config.layers), '*') : config.pattern;
}

/// Hybrids of blocks (Nemotron-H) have one thing a layer; all others have attention or a state, and then an MLP or
/// experts.
LayerCounts count_layers(const ModelConfig& config, const std::string& pattern) {
  LayerCounts counts;
  counts.total = static_cast<int>(pattern.size());
  const auto count = [&](char letter) { return static_cast<int>(std::count(pattern.begin(), pattern.end(), letter)); };
  counts.attention = count('*');
  counts.mamba = count('M') + count('L');
  counts.moe = count('E');
  counts.mlp = count('-');
  if (counts.moe + counts.mlp > 0 || is_block_hybrid(config)) return counts;
  counts.mlp = config.experts == 0 ? counts.total : std::min(config.dense_layers, counts.total);
  counts.moe = counts.total - counts.mlp;
  return counts;
}

/// Whether it is the table of which a token reads one row. Where there is no head of its own the table is that, too.
bool is_table(std::string_view tensor) {
  const std::string_view module = last_part(module_of(tensor));
  return module == "embed_tokens" || module == "embeddings" || module == "wte" || module == "tok_embeddings";
}

void count_active_bytes(const TensorTable& table, const ModelConfig& config, Architecture& result) {
  std::uint64_t experts = 0, tables = 0;
  bool has_head = false;
  for (const Tensor& tensor : table.all()) {
    result.bytes_active += tensor.bytes();
    if (is_routed_expert(tensor.name)) experts += tensor.bytes();
    if (is_table(tensor.name)) tables += tensor.bytes();
    has_head = has_head || last_part(module_of(tensor.name)) == "lm_head";
  }
  if (has_head && !config.tied_embeddings) result.bytes_active -= tables;
  if (config.experts <= 0) return;
  const auto routed = static_cast<std::uint64_t>(config.experts),
             active = static_cast<std::uint64_t>(config.active_experts);
  result.bytes_active -= experts - experts / routed * std::min(active, routed);
}

void count_parameters(const TensorTable& table, const ModelConfig& config, Architecture& result) {
  std::uint64_t experts = 0;
  for (const Tensor& tensor : table.all()) {
    const std::uint64_t parameters = table.parameters_of(tensor);
    result.parameters_total += parameters;
    if (is_routed_expert(tensor.name)) experts += parameters;
  }
  result.parameters_active = result.parameters_total;
  if (config.experts > 0) {
    const std::uint64_t routed = static_cast<std::uint64_t>(config.experts),
                        active = static_cast<std::uint64_t>(config.active_experts);
    result.parameters_active -= experts - experts / routed * std::min(active, routed);
  }
}

void find_gaps(const TensorTable& table, const ModelConfig& config, Architecture& result) {
  if (!result.known)
    result.not_known.push_back(format("`{}` is no family that the rules know: counts of layers and memory are guesses",
                                      printable(config.model_type)));
  std::set<int> layers;
  for (const Tensor& tensor : table.all()) {
    if (const int layer = layer_of(tensor.name); layer >= 0) layers.insert(layer);
  }
  if (static_cast<int>(layers.size()) != result.layers.total) {
    result.not_known.push_back(
        format("config.json says {} layers, the weights hold {}", result.layers.total, layers.size()));
  }
  if (config.context_tokens == 0) result.not_known.push_back("config.json does not say how long the context is");
  if (config.heads == 0 && result.layers.attention > 0)
    result.not_known.push_back("config.json does not say how many heads there are: the cache is not counted");
  if (config.quantization.bits == 0 && !config.quantization.mode.empty()) {
    result.not_known.push_back(
        format("config.json says the weights are packed by `{}`, which the rules do not know: "
               "parameters are counted as stored",
               printable(config.quantization.mode)));
  } else if (config.quantization.bits == 0 && std::any_of(table.all().begin(), table.all().end(), [](const Tensor& t) {
               return last_part(t.name) == "scales";
             })) {
    result.not_known.push_back(
        "the weights are packed, but config.json does not say how: parameters are counted as stored");
  }
}

}  // namespace

Architecture analyse(const ModelFolder& folder) {
  const ModelConfig& config = folder.config;
  Architecture result;
  result.model_type = config.model_type;
  result.architectures = config.architectures;
  result.known = is_known_family(config.model_type);
  result.pattern = whole_pattern(config);
  result.layers = count_layers(config, result.pattern);
  result.experts = {config.experts, config.shared_experts, config.active_experts};
  result.context_tokens = config.context_tokens;
  result.quantization = config.quantization;
  result.overrides = static_cast<int>(config.overrides.size());
  result.bytes_disk = folder.bytes_on_disk();
  result.bytes_headers = folder.bytes_in_headers();
  result.bytes_index = folder.index ? folder.index->total_size : 0;
  result.ssm_state_bytes = cache_bytes(config, 0);
  result.kv_bytes_per_token = cache_bytes(config, 1) - result.ssm_state_bytes;
  const TensorTable table(folder.tensors(), config);
  count_parameters(table, config, result);
  count_active_bytes(table, config, result);
  find_gaps(table, config, result);
  return result;
}

std::string picture(const Architecture& architecture) {
  std::string line;
  for (std::size_t i = 0; i < architecture.pattern.size(); ++i) {
    if (i > 0 && i % 10 == 0) line += ' ';
    line += architecture.pattern[i];
  }
  const LayerCounts& n = architecture.layers;
  return format("{}\n{} layers: {} with a state (M, L), {} with experts (E), {} attention (*), {} MLP (-)", line,
                n.total, n.mamba, n.moe, n.attention, n.mlp);
}

}  // namespace exo_harness::model
