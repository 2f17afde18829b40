#include <algorithm>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "model/checkpoint/exo_rules.h"
#include "model/checkpoint/weight_table.h"
#include "prediction_rules.h"

namespace exo_harness::model {
namespace {

constexpr const char* kPipeline =
    "Exo v1.0.71 and 81d7cb0, auto_parallel.py, pipeline_auto_parallel and _patch_hybrid_cache; seen: "
    "reports/measured/predictions.md";

Prediction wrong(std::string reason, std::string source) {
  Prediction prediction = failing(Phase::generate, "", std::move(reason), std::move(source));
  prediction.wrong_answers = true;
  return prediction;
}

/// Letters of each pipeline stage, in order of rank.
std::vector<std::string> stages(const Subject& s) {
  std::vector<std::uint64_t> memory(static_cast<std::size_t>(s.mode.world_size), 1);
  if (s.nodes.free_bytes.size() >= memory.size())
    std::copy_n(s.nodes.free_bytes.begin(), memory.size(), memory.begin());
  std::vector<std::string> result;
  std::size_t begin = 0;
  for (const int share : allocate_layers(s.config.layers, memory)) {
    result.push_back(s.config.pattern.substr(begin, static_cast<std::size_t>(share)));
    begin += static_cast<std::size_t>(share);
  }
  return result;
}

std::optional<Prediction> stage_without_cache(const std::string& stage, std::size_t rank) {
  if (stage.find_first_of("ML*") != std::string::npos) return {};
  return failing(Phase::warm_up, "list index out of range",
                 format("stage {} ({}) has neither attention nor a state, so its cache is empty", rank, stage),
                 kPipeline);
}

/// The repair of the mask that Exo hangs on the cache is lost when the generator makes a cache of its own.
std::optional<Prediction> stage_without_attention(const Subject& s, const std::string& stage, std::size_t rank) {
  if (stage.find('*') != std::string::npos) return {};
  return failing(s.generation == exo::Generation::v1_0_71 ? Phase::generate : Phase::warm_up,
                 "ArraysCache.make_mask() got an unexpected keyword argument 'return_array'",
                 format("stage {} ({}) has no attention layer", rank, stage), kPipeline);
}

std::optional<Prediction> bad_stage(const Subject& s) {
  if (s.mode.world_size < 2 || s.mode.sharding != exo::Sharding::pipeline || s.config.pattern.empty()) return {};
  const std::vector<std::string> all = stages(s);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (auto trouble = stage_without_cache(all[i], i)) return trouble;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (auto trouble = stage_without_attention(s, all[i], i)) return trouble;
  }
  return {};
}

std::optional<Prediction> cache_of_all_layers(const Subject& s) {
  if (s.mode.world_size < 2 || s.mode.sharding != exo::Sharding::pipeline || !makes_cache_for_all_layers(s.module))
    return {};
  return failing(Phase::warm_up, "'NoneType' object has no attribute 'shape'",
                 "the cache is made for all layers, a stage fills only its own",
                 "mlx-lm c7010341, models/" + s.module + ".py, make_cache; seen: reports/measured/predictions.md");
}

/// Exo puts each request into a batch, after its prefill; the cache of chunked attention cannot be put there.
std::optional<Prediction> cache_of_no_batch(const Subject& s) {
  if (s.module != "llama4") return {};
  return failing(s.generation == exo::Generation::v1_0_71 ? Phase::generate : Phase::warm_up,
                 "ChunkedKVCache'> does not yet support batching with history",
                 "its layers have a cache of chunks, which no batch of requests takes",
                 "mlx-lm c7010341, mlx_lm/generate.py, _merge_caches; seen: reports/measured/predictions.md");
}

/// A layer that hands on more than its numbers.
std::optional<Prediction> layers_of_tuples(const Subject& s) {
  if (s.mode.world_size < 2 || s.mode.sharding != exo::Sharding::pipeline || s.module != "gemma4") return {};
  return failing(Phase::warm_up, "Invalid type tuple received in array initialization",
                 "its layers give a tuple, which Exo's pipeline takes for numbers",
                 "Exo v1.0.71, auto_parallel.py, PipelineLastLayer; seen: reports/measured/predictions.md");
}

std::optional<Prediction> no_heads_left(const Subject& s) {
  const int n = s.mode.world_size;
  if (!is_tensor(s) || s.config.kv_lora_rank > 0 || s.config.kv_heads == 0 || s.config.kv_heads >= n) return {};
  return failing(Phase::warm_up, "Cannot infer the shape of an empty array",
                 format("{} key-value heads on {} ranks leave none for a rank; the card does not state them, so the "
                        "placement is not refused",
                        s.config.kv_heads, n),
                 "Exo v1.0.71 and 81d7cb0, auto_parallel.py (n_kv_heads //= N) and placement.py (no check without "
                 "num_key_value_heads)");
}

std::optional<Prediction> heads_torn(const Subject& s) {
  const int n = s.mode.world_size;
  if (!is_tensor(s) || s.config.kv_lora_rank > 0 || (s.config.heads % n == 0 && s.config.kv_heads % n == 0)) return {};
  return wrong(format("{} heads ({} key-value heads) on {} ranks: heads are torn in parts, and nothing checks it when "
                      "the card does not state them",
                      s.config.heads, s.config.kv_heads, n),
               "Exo v1.0.71 and 81d7cb0, auto_parallel.py (n_heads //= N); seen: reports/measured/predictions.md");
}

/// The rows of a packed in_proj are picked, its scales and biases are not: each row is unpacked with those of another.
std::optional<Prediction> state_projection_packed(const Subject& s) {
  if (!is_tensor(s) || s.module != "nemotron_h") return {};
  const auto& all = s.tensors.all();
  const bool packed =
      std::any_of(all.begin(), all.end(), [&](const Tensor& t) { return contains(t.name, ".mixer.in_proj.scales"); });
  if (!packed) return {};
  return wrong(
      "the packed in_proj of Mamba layers is split without its scales: each rank unpacks rows with the scales of "
      "others",
      "Exo v1.0.71 and 81d7cb0, auto_parallel.py, _shard_mamba2_mixer; seen: reports/measured/predictions.md");
}

/// Exo loads with strict=False: what is missing keeps random numbers, without a word.
std::optional<Prediction> weights_missing(const Subject& s) {
  if (s.folder.shards.empty()) return {};  // Config.json alone.
  std::set<int> layers;
  for (const Tensor& tensor : s.tensors.all()) layers.insert(layer_of(tensor.name));
  layers.erase(-1);
  if (static_cast<int>(layers.size()) >= s.config.layers) return {};
  return wrong(
      format("config.json has {} layers, the weights {}: the others keep random numbers", s.config.layers,
             layers.size()),
      "Exo v1.0.71 and 81d7cb0, utils_mlx.py, load_model(strict=False); seen: reports/measured/predictions.md");
}

/// MLX takes the bytes of F8_E4M3 as numbers from 0 to 255. RMSNorm, which comes right behind the embedding, refuses
/// them.
std::optional<Prediction> raw_fp8(const Subject& s) {
  if (unpacks_fp8(s.module)) return {};
  constexpr const char* kSource = "mlx and mlx-cpu 0.31.2, mx.load gives uint8; seen: reports/measured/predictions.md";
  const Tensor* of_layer = nullptr;
  for (const Tensor& tensor : s.tensors.all()) {
    if (mlx_reading_of(tensor.dtype) != MlxReading::raw_bytes || last_part(tensor.name) != "weight") continue;
    if (contains(tensor.name, "embed") || contains(tensor.name, "norm")) {
      return failing(Phase::warm_up, "Received unsupported type uint8",
                     format("`{}` is F8_E4M3, which MLX reads as raw bytes", printable(tensor.name)), kSource);
    }
    if (layer_of(tensor.name) >= 0 && tensor.shape.size() >= 2) of_layer = &tensor;
  }
  if (of_layer == nullptr) return {};
  return wrong(format("`{}` is F8_E4M3, which MLX reads as raw bytes from 0 to 255", printable(of_layer->name)),
               kSource);
}

/// mlx-lm reads `model*.safetensors` only, whatever the index says.
std::optional<Prediction> shards_not_read(const Subject& s) {
  const auto bad = std::find_if(s.folder.shards.begin(), s.folder.shards.end(),
                                [](const Shard& shard) { return shard.name.rfind("model", 0) != 0; });
  if (bad == s.folder.shards.end()) return {};
  return wrong(
      format("{} does not begin with `model`, so it is not read and its weights keep random numbers", bad->name),
      "mlx-lm c7010341, mlx_lm/utils.py, load_model (glob); seen: reports/measured/predictions.md");
}

}  // namespace

std::vector<Rule> generation_rules() {
  return {raw_fp8,       bad_stage,       cache_of_all_layers, cache_of_no_batch, layers_of_tuples,
          no_heads_left, weights_missing, shards_not_read,     heads_torn,        state_projection_packed};
}

}  // namespace exo_harness::model
