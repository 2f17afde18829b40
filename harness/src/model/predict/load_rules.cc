#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "model/checkpoint/exo_rules.h"
#include "model/checkpoint/weight_table.h"
#include "prediction_rules.h"

namespace exo_harness::model {
namespace {

using u64 = std::uint64_t;
constexpr const char* kMlxSplit =
    "mlx 0.31.2, nn/layers/distributed.py; Exo v1.0.71 and 81d7cb0, auto_parallel.py, tensor_auto_parallel";

constexpr const char* kTypes = "mlx and mlx-cpu 0.31.2, mx.load; seen: reports/measured/predictions.md";

/// mlx-lm reads all `model*.safetensors` before it looks for the module.
std::optional<Prediction> refused_type(const Subject& s) {
  for (const Tensor& tensor : s.tensors.all()) {
    if (mlx_reading_of(tensor.dtype) != MlxReading::refused) continue;
    return failing(Phase::load, format("[safetensor] unsupported dtype{}", tensor.dtype),
                   format("`{}` is {}, which MLX does not read", printable(tensor.name), tensor.dtype), kTypes);
  }
  return {};
}

std::optional<Prediction> stray_does_not_load(const Subject& s) {
  for (const BadFile& stray : s.folder.strays) {
    if (!stray.stops_loading) continue;
    return failing(Phase::load, "", format("mlx-lm also reads the stray {}: {}", printable(stray.name), stray.why),
                   "mlx-lm c7010341, mlx_lm/utils.py, load_model (glob); seen: reports/measured/predictions.md");
  }
  return {};
}

std::optional<Prediction> no_such_engine(const Subject& s) {
  if (!s.module.empty()) return {};
  return failing(Phase::load, format("Model type {} not supported", s.config.model_type),
                 "mlx-lm has no module of that name", "mlx-lm c7010341, mlx_lm/utils.py, _get_classes");
}

std::optional<Prediction> no_tokenizer(const Subject& s) {
  if (s.folder.has_tokenizer) return {};
  return failing(Phase::load, "", "there is no tokenizer in the folder", "Exo v1.0.71, utils_mlx.py, get_tokenizer");
}

/// The four files that transformers cannot do without once they are there.
std::optional<Prediction> broken_tokenizer(const Subject& s) {
  for (const BadFile& file : s.folder.broken) {
    const bool needed = file.name == "tokenizer.json" || file.name == "tokenizer_config.json" ||
                        file.name == "special_tokens_map.json" || file.name == "added_tokens.json";
    if (needed) {
      return failing(Phase::load, "", format("{}: {}", file.name, file.why),
                     "transformers 5.3, AutoTokenizer.from_pretrained; seen: reports/measured/predictions.md");
    }
  }
  return {};
}

std::optional<Prediction> no_strategy(const Subject& s) {
  if (s.mode.world_size < 2 || s.mode.sharding != exo::Sharding::tensor || has_tensor_strategy(s.module, s.generation))
    return {};
  return failing(Phase::load, format("Unsupported model type: <class 'mlx_lm.models.{}.Model'>", s.module),
                 "Exo has no way to split this family over ranks",
                 "Exo v1.0.71 and 81d7cb0, auto_parallel.py, tensor_auto_parallel");
}

std::string mlx_shape(const std::vector<u64>& shape) {
  std::string text;
  for (const u64 n : shape) text += (text.empty() ? "" : ",") + std::to_string(n);
  return "(" + text + ")";
}

Prediction bad_split(const Tensor& tensor, int n, int axis, std::string_view what) {
  return failing(Phase::load,
                 format("attempting {} splits along axis {} for shape {}", n, axis, mlx_shape(tensor.shape)),
                 format("`{}` cannot be split in {}: {}", tensor.name, n, what), kMlxSplit);
}

/// Through shard_inplace: weight, scales and biases are each split by MLX, which wants equal parts.
std::optional<Prediction> in_place_trouble(const Subject& s, const std::string& module, bool by_inputs) {
  const auto n = static_cast<u64>(s.mode.world_size);
  for (const char* leaf : {".weight", ".scales"}) {
    const Tensor* tensor = s.tensors.find(module + leaf);
    if (tensor == nullptr || tensor->shape.size() < 2) continue;
    const std::size_t axis = by_inputs ? tensor->shape.size() - 1 : tensor->shape.size() - 2;
    if (tensor->shape[axis] % n == 0) continue;
    const bool groups = by_inputs && s.tensors.is_quantised(module);
    return bad_split(*tensor, s.mode.world_size, by_inputs ? -1 : static_cast<int>(axis),
                     groups ? format("{} inputs in groups of {} are {} groups",
                                     s.tensors.inputs_of(*s.tensors.find(module + ".weight")),
                                     s.tensors.packing_of(module).group_size, tensor->shape[axis])
                            : format("{} does not divide", tensor->shape[axis]));
  }
  return {};
}

/// Through shard_linear: the sizes are checked before, with MLX's own words.
std::optional<Prediction> linear_trouble(const Subject& s, const std::string& module, const Tensor& weight,
                                         bool by_inputs) {
  const auto n = static_cast<u64>(s.mode.world_size);
  const u64 outputs = weight.shape[0], inputs = s.tensors.inputs_of(weight);
  if (!by_inputs && outputs % n != 0) {
    return failing(Phase::load, format("Cannot shard the output of size {} across {} devices", outputs, n),
                   format("`{}` has {} outputs", module, outputs), kMlxSplit);
  }
  if (!by_inputs) return {};
  if (inputs % n != 0) {
    return failing(Phase::load, format("The input of size {} cannot be sharded across {} devices", inputs, n),
                   format("`{}` has {} inputs", module, inputs), kMlxSplit);
  }
  const auto group = static_cast<u64>(s.tensors.packing_of(module).group_size);
  if (!s.tensors.is_quantised(module) || group == 0 || inputs / n % group == 0) return {};
  return failing(Phase::load, format("needs to be divisible by the quantization group size {}", group),
                 format("`{}` has {} inputs in groups of {}: {} a rank is no whole number of groups", module, inputs,
                        group, inputs / n),
                 kMlxSplit);
}

std::optional<Prediction> layer_trouble(const Subject& s, const std::string& prefix) {
  for (const SplitStep& step : split_steps()) {
    const std::string module = prefix + step.module;
    const Tensor* weight = s.tensors.find(module + ".weight");
    if (weight == nullptr || weight->shape.size() < 2) continue;
    std::optional<Prediction> trouble = step.in_place ? in_place_trouble(s, module, step.by_inputs)
                                                      : linear_trouble(s, module, *weight, step.by_inputs);
    if (trouble) return trouble;
  }
  return {};
}

std::optional<Prediction> does_not_split(const Subject& s) {
  if (s.mode.world_size < 2 || s.mode.sharding != exo::Sharding::tensor) return {};
  for (int layer = 0; layer < s.config.layers; ++layer) {
    for (const char* root : {"model.layers.", "backbone.layers.", "language_model.model.layers."}) {
      if (auto trouble = layer_trouble(s, format("{}{}.", root, layer))) return trouble;
    }
  }
  return {};
}

/// The groups of B and C are shared out; with less than one a rank Exo divides by zero.
std::optional<Prediction> too_few_state_groups(const Subject& s) {
  const int n = s.mode.world_size;
  const bool has_mamba = s.config.pattern.find('M') != std::string::npos;
  if (n < 2 || s.mode.sharding != exo::Sharding::tensor || !has_mamba || s.config.mamba_groups >= n) return {};
  return failing(Phase::load, "integer division or modulo by zero",
                 format("{} groups of the Mamba state on {} ranks", s.config.mamba_groups, n),
                 "Exo v1.0.71 and 81d7cb0, auto_parallel.py, _shard_mamba2_mixer");
}

}  // namespace

std::vector<Rule> load_rules() {
  std::vector<Rule> rules{refused_type, stray_does_not_load, no_such_engine};
  for (const Rule rule : config_rules()) rules.push_back(rule);
  rules.insert(rules.end(), {no_tokenizer, broken_tokenizer, no_strategy, too_few_state_groups, does_not_split});
  return rules;
}

}  // namespace exo_harness::model
