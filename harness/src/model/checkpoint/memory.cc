#include <algorithm>
#include <numeric>

#include "exo_harness/model/checkpoint/architecture.h"

#include "exo_rules.h"
#include "tensor_names.h"

namespace exo_harness::model {
namespace {

using u64 = std::uint64_t;

/// Bytes of one number of activations, and so of the cache. MLX computes in the type of the weights that are not
/// packed.
u64 activation_bytes(const ModelConfig& config) {
  return config.dtype == "float32" ? 4 : 2;
}

u64 unsigned_of(int value) {
  return value > 0 ? static_cast<u64>(value) : 0;
}

/// One token of one attention layer.
u64 kv_bytes(const ModelConfig& config) {
  if (config.kv_lora_rank > 0)
    return (unsigned_of(config.kv_lora_rank) + unsigned_of(config.rope_head_dim)) * activation_bytes(config);
  return 2 * unsigned_of(config.kv_heads) * unsigned_of(config.head_dim) * activation_bytes(config);
}

/// Mamba-2: the state is kept in float32, the window of the convolution in the type of activations.
/// Source: mlx-lm c7010341, models/ssm.py and models/nemotron_h.py.
u64 mamba_bytes(const ModelConfig& config) {
  const u64 inner = unsigned_of(config.mamba_heads) * unsigned_of(config.mamba_head_dim);
  const u64 channels = inner + 2 * unsigned_of(config.mamba_groups) * unsigned_of(config.ssm_state_size);
  return inner * unsigned_of(config.ssm_state_size) * 4 +
         unsigned_of(config.conv_kernel - 1) * channels * activation_bytes(config);
}

/// Gated delta net. Source: mlx-lm c7010341, models/qwen3_next.py.
u64 linear_bytes(const ModelConfig& config) {
  const u64 values = unsigned_of(config.linear_value_heads) * unsigned_of(config.linear_value_dim);
  const u64 channels = 2 * unsigned_of(config.linear_key_heads) * unsigned_of(config.linear_key_dim) + values;
  return values * unsigned_of(config.linear_key_dim) * 4 +
         unsigned_of(config.conv_kernel - 1) * channels * activation_bytes(config);
}

bool has_window(const ModelConfig& config, std::size_t layer) {
  if (config.sliding_window == 0) return false;
  if (layer < config.layer_types.size()) return config.layer_types[layer] == "sliding_attention";
  const auto every = static_cast<std::size_t>(std::max(config.sliding_window_pattern, 0));
  return every > 1 && (layer + 1) % every != 0;
}

u64 layer_cache(const ModelConfig& config, std::size_t layer, u64 tokens) {
  const char letter = config.pattern.empty() ? '*' : config.pattern[layer];
  if (letter == 'M') return mamba_bytes(config);
  if (letter == 'L') return linear_bytes(config);
  if (letter != '*') return 0;
  return kv_bytes(config) * (has_window(config, layer) ? std::min(tokens, unsigned_of(config.sliding_window)) : tokens);
}

u64 cache_of(const ModelConfig& config, int begin, int end, u64 tokens) {
  u64 sum = 0;
  for (int i = begin; i < end; ++i) sum += layer_cache(config, static_cast<std::size_t>(i), tokens);
  return sum;
}

u64 pipeline_bytes(const ModelFolder& folder, int nodes, u64 tokens) {
  const int layers = folder.config.layers;
  const std::vector<int> shares = allocate_layers(layers, std::vector<u64>(static_cast<std::size_t>(nodes), 1));
  if (shares.empty()) return 0;
  std::vector<u64> of_layer(static_cast<std::size_t>(layers));
  u64 everywhere = 0;
  for (const Shard& shard : folder.shards) {
    for (const Tensor& tensor : shard.header.tensors) {
      const int layer = layer_of(tensor.name);
      (layer >= 0 && layer < layers ? of_layer[static_cast<std::size_t>(layer)] : everywhere) += tensor.bytes();
    }
  }
  u64 most = 0;
  int begin = 0;
  for (const int share : shares) {
    const auto first = of_layer.begin() + begin;
    most = std::max(
        most, std::accumulate(first, first + share, u64{0}) + cache_of(folder.config, begin, begin + share, tokens));
    begin += share;
  }
  return everywhere + most;
}

u64 tensor_bytes(const ModelFolder& folder, int nodes, u64 tokens) {
  const auto n = static_cast<u64>(nodes);
  u64 sum = cache_bytes(folder.config, tokens) / (folder.config.kv_lora_rank > 0 ? 1 : n);
  for (const Shard& shard : folder.shards) {
    for (const Tensor& tensor : shard.header.tensors)
      sum += is_split(tensor.name) ? (tensor.bytes() + n - 1) / n : tensor.bytes();
  }
  return sum;
}

}  // namespace

u64 cache_bytes(const ModelConfig& config, u64 tokens) {
  return cache_of(config, 0, config.layers, tokens);
}

std::vector<int> allocate_layers(int layers, const std::vector<u64>& memory) {
  const std::size_t n = memory.size();
  if (n == 0 || layers < static_cast<int>(n)) return {};
  const double total = std::accumulate(memory.begin(), memory.end(), 0.0,
                                       [](double sum, u64 m) { return sum + static_cast<double>(m); });
  if (total <= 0) return {};
  std::vector<double> raw(n);
  std::vector<int> shares(n);
  std::vector<std::size_t> order(n);
  for (std::size_t i = 0; i < n; ++i) {
    raw[i] = static_cast<double>(memory[i]) / total * layers;
    shares[i] = static_cast<int>(raw[i]);
    order[i] = i;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return raw[a] - shares[a] > raw[b] - shares[b]; });
  const int left = layers - std::accumulate(shares.begin(), shares.end(), 0);
  for (int i = 0; i < left; ++i) ++shares[order[static_cast<std::size_t>(i) % n]];
  for (int& share : shares) {
    if (share > 0) continue;
    --*std::max_element(shares.begin(), shares.end());
    share = 1;
  }
  return shares;
}

u64 memory_per_node(const ModelFolder& folder, const exo::Mode& mode, u64 tokens) {
  if (mode.world_size <= 1) return folder.bytes_in_headers() + cache_bytes(folder.config, tokens);
  if (mode.sharding == exo::Sharding::pipeline) return pipeline_bytes(folder, mode.world_size, tokens);
  return tensor_bytes(folder, mode.world_size, tokens);
}

}  // namespace exo_harness::model
