// What is wrong with a model's files without that anyone could say what Exo will make of it: the reasons not to say
// `works`.
#include "weight_doubts.h"

#include <algorithm>
#include <map>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "config_doubts.h"
#include "model/checkpoint/exo_rules.h"
#include "model/checkpoint/extra_weights.h"
#include "model/checkpoint/weight_table.h"
#include "packing_doubts.h"
#include "prediction_rules.h"

namespace exo_harness::model {
namespace {

constexpr const char* kNotStrict =
    "Exo v1.0.71 and 81d7cb0, utils_mlx.py, load_model(strict=False); seen: reports/measured/predictions.md";
constexpr const char* kGlob =
    "mlx-lm c7010341, mlx_lm/utils.py, load_model (glob); seen: reports/measured/predictions.md";

struct Files {
  const ModelFolder& folder;
  const TensorTable& tensors;
  std::string_view module;
};

Prediction doubt(std::string reason, std::string source) {
  Prediction prediction;
  prediction.reason = std::move(reason);
  prediction.source = std::move(source);
  return prediction;
}

std::optional<Prediction> strays(const Files& files) {
  if (files.folder.strays.empty()) return {};
  return doubt(format("{} lies beside the index, which does not name it: mlx-lm reads it too, and whose weights win "
                      "depends on the order of the directory",
                      printable(files.folder.strays.front().name)),
               kGlob);
}

std::optional<Prediction> doubles(const Files& files) {
  const auto& all = files.tensors.all();
  const auto twice =
      std::adjacent_find(all.begin(), all.end(), [](const Tensor& a, const Tensor& b) { return a.name == b.name; });
  if (twice == all.end()) return {};
  return doubt(
      format("`{}` is in two files: whose values win depends on the order of the directory", printable(twice->name)),
      kGlob);
}

std::optional<Prediction> broken_files(const Files& files) {
  for (const BadFile& file : files.folder.broken) {
    if (file.name == "generation_config.json") continue;  // mlx-lm goes on without it
    return doubt(format("{}: {}", printable(file.name), file.why), "transformers 5.3, AutoTokenizer.from_pretrained");
  }
  return {};
}

std::optional<Prediction> numbers_that_are_none(const Files& files) {
  for (const std::string& number : files.folder.config.not_finite) {
    if (number == "time_step_limit[1] is Infinity") continue;  // "no limit", as mlx-lm assumes without it
    return doubt(format("config.json: {}", number), "mlx-lm c7010341 takes the number as it is");
  }
  return {};
}

std::optional<Prediction> odd_config(const Files& files) {
  std::string reason = config_doubt(files.folder.config, files.module);
  if (reason.empty()) return {};
  return doubt(std::move(reason), format("mlx-lm c7010341, models/{}.py, and mlx_lm/utils.py", files.module));
}

/// gemma3 takes 8 for what config.json leaves out.
std::optional<Prediction> no_heads(const Files& files) {
  const ModelConfig& config = files.folder.config;
  if (config.heads > 0 || !is_known_family(config.model_type) || config.model_type.starts_with("gemma3")) return {};
  return doubt("config.json says of no attention head", "mlx-lm c7010341, models/" + std::string(files.module) + ".py");
}

std::optional<Prediction> more_layers(const Files& files) {
  const ModelConfig& config = files.folder.config;
  int last = -1;
  for (const Tensor& tensor : files.tensors.all()) last = std::max(last, layer_of(tensor.name));
  if (last < config.layers + config.extra_layers) return {};
  return doubt(
      format("the weights hold a layer {}, config.json says of {} layers: the others are left out without a word", last,
             config.layers),
      kNotStrict);
}

std::optional<Prediction> head_left_out(const Files& files) {
  const ModelConfig& config = files.folder.config;
  const bool said = config.tied_embeddings || config.untied_stated;
  if (said || !ties_by_default(files.module) || files.tensors.find("lm_head.weight") == nullptr) return {};
  return doubt(
      "config.json does not say `tie_word_embeddings`: mlx-lm takes the embedding for the head, and leaves "
      "lm_head.weight out",
      format("mlx-lm c7010341, models/{}.py", files.module));
}

/// Layers of one kind hold the same names. Packing may differ from layer to layer.
std::string kind_of_layer(const ModelConfig& config, int layer, bool has_experts) {
  const auto i = static_cast<std::size_t>(layer);
  return std::string(1, i < config.pattern.size() ? config.pattern[i] : '*') + (has_experts ? "E" : "");
}

using Layers = std::map<int, std::set<std::string_view>>;

/// Names behind `layers.N.`, by layer.
Layers names_by_layer(const Files& files) {
  Layers layers;
  for (const Tensor& tensor : files.tensors.all()) {
    const int layer = layer_of(tensor.name);
    const std::string_view leaf = last_part(tensor.name);
    if (layer < 0 || layer >= files.folder.config.layers || leaf == "scales" || leaf == "biases") continue;
    const std::string mark = format(".{}.", layer);
    const std::string_view name = tensor.name;
    layers[layer].insert(name.substr(name.find(mark) + mark.size()));
  }
  return layers;
}

std::optional<Prediction> unlike_its_siblings(const Files& files) {
  const Layers layers = names_by_layer(files);
  std::map<std::string, std::vector<int>> kinds;
  for (const auto& [layer, names] : layers) {
    const bool experts =
        std::any_of(names.begin(), names.end(), [](std::string_view n) { return is_routed_expert(n); });
    kinds[kind_of_layer(files.folder.config, layer, experts)].push_back(layer);
  }
  for (const auto& [kind, members] : kinds) {
    std::map<std::string_view, std::size_t> counts;
    for (const int layer : members) {
      for (const std::string_view name : layers.at(layer)) ++counts[name];
    }
    for (const auto& [name, count] : counts) {
      if (count == members.size() || count * 2 <= members.size()) continue;
      const int lacks = *std::find_if(members.begin(), members.end(),
                                      [&, n = name](int layer) { return layers.at(layer).count(n) == 0; });
      return doubt(format("layer {} lacks `{}`, which {} layers of its kind have: it keeps random numbers", lacks,
                          printable(name), count),
                   kNotStrict);
    }
  }
  return {};
}

/// The shape with packing undone.
std::vector<std::uint64_t> real_shape(const TensorTable& tensors, const Tensor& tensor) {
  std::vector<std::uint64_t> shape = tensor.shape;
  if (!shape.empty() && last_part(tensor.name) == "weight" && tensors.is_quantised(module_of(tensor.name)))
    shape.back() = tensors.inputs_of(tensor);
  return shape;
}

bool fits(const std::vector<std::uint64_t>& shape, const std::vector<std::uint64_t>& wanted) {
  return std::equal(shape.begin(), shape.end(), wanted.begin(), wanted.end(),
                    [](std::uint64_t seen, std::uint64_t want) { return want == 0 || seen == want; });
}

std::string trouble_of_type(const Files& files, const Tensor& tensor) {
  if (is_float(tensor)) return "";
  if (tensor.dtype == "F8_E4M3" && unpacks_fp8(files.module)) return "";
  if (tensor.name.ends_with("_blocks")) return "";
  return format("`{}` is {}: MLX takes it as numbers of that type", printable(tensor.name), tensor.dtype);
}

std::string trouble_of(const Files& files, const Tensor& tensor, const std::vector<std::uint64_t>& wanted) {
  const bool packed = last_part(tensor.name) == "weight" && files.tensors.is_quantised(module_of(tensor.name));
  const std::string trouble = packed ? trouble_of_packing(files.tensors, tensor) : trouble_of_type(files, tensor);
  if (!trouble.empty()) return trouble;
  const std::vector<std::uint64_t> seen = real_shape(files.tensors, tensor);
  if (fits(seen, wanted)) return "";
  return format("`{}` is {}, by config.json it is {}", printable(tensor.name), text_of_shape(seen),
                text_of_shape(wanted));
}

/// One way to store a weight: the first that is missing (`absent`), or wrong.
struct Look {
  bool absent = false;
  std::string trouble;
};

Look look_at(const Files& files, const std::string& name, const std::vector<std::uint64_t>& wanted) {
  const Tensor* tensor = files.tensors.find(name);
  if (tensor == nullptr) return {true, format("`{}` is missing: it keeps random numbers", name)};
  return {false, trouble_of(files, *tensor, wanted)};
}

Look look_at_way(const Files& files, const std::string& prefix, std::string_view name,
                 const std::vector<std::uint64_t>& wanted) {
  const std::size_t star = name.find('*');
  if (star == std::string_view::npos) return look_at(files, prefix + std::string(name), wanted);
  const std::string before = prefix + std::string(name.substr(0, star)), behind(name.substr(star + 1));
  for (int expert = 0; expert < files.folder.config.experts; ++expert) {
    Look look = look_at(files, before + std::to_string(expert) + behind, wanted);
    look.absent = look.absent && expert == 0;
    if (!look.trouble.empty()) return look;
  }
  return {};
}

std::string trouble_with(const Files& files, const std::string& prefix, const NeededWeight& need) {
  std::string first;
  for (std::size_t way = 0; way < need.names.size(); ++way) {
    const Look look = look_at_way(files, prefix, need.names[way], need.shapes[way]);
    if (!look.absent) return look.trouble;
    if (first.empty()) first = look.trouble;
  }
  return first;
}

/// The loader makes a packed module of each that config.json names, and finds no scales for it.
std::optional<Prediction> packed_by_name_alone(const Files& files) {
  for (const auto& [module, packing] : files.folder.config.overrides) {
    if (packing.bits == 0 || files.tensors.is_quantised(module)) continue;
    if (files.tensors.find(module + ".weight") == nullptr) continue;
    return doubt(format("config.json says how `{}` is packed, and it has no scales", printable(module)),
                 "mlx-lm c7010341, mlx_lm/utils.py, load_model");
  }
  return {};
}

std::optional<Prediction> not_what_the_module_needs(const Files& files) {
  if (!is_known_family(files.folder.config.model_type)) return {};
  const auto needs = needed_weights(files.module, files.folder.config);
  if (!needs) {
    return doubt(format("the rules do not know the names of the weights of `{}`", files.folder.config.model_type),
                 "no rule");
  }
  for (const NeededWeight& need : needs->outside) {
    if (std::string trouble = trouble_with(files, "", need); !trouble.empty()) return doubt(trouble, kNotStrict);
  }
  for (std::size_t layer = 0; layer < needs->of_layers.size(); ++layer) {
    for (const NeededWeight& need : needs->of_layers[layer]) {
      const std::string prefix = format("{}layers.{}.", needs->root, layer);
      if (std::string trouble = trouble_with(files, prefix, need); !trouble.empty()) return doubt(trouble, kNotStrict);
    }
  }
  return {};
}

std::optional<Prediction> more_than_the_module_takes(const Files& files) {
  if (!is_known_family(files.folder.config.model_type)) return {};
  const auto needs = needed_weights(files.module, files.folder.config);
  if (!needs) return {};
  const std::string extra = extra_weights(files.tensors, *needs, files.module, files.folder.config);
  if (extra.empty()) return {};
  return doubt(format("mlx-lm's module `{}` has no place for {}: left out without a word, and what was trained with it "
                      "answers differently",
                      files.module, extra),
               kNotStrict);
}

}  // namespace

std::optional<Prediction> weight_doubts(const ModelFolder& folder, const TensorTable& tensors,
                                        std::string_view module) {
  const Files files{folder, tensors, module};
  for (const auto look :
       {strays, doubles, broken_files, numbers_that_are_none, no_heads, odd_config, more_layers, head_left_out,
        unlike_its_siblings, packed_by_name_alone, not_what_the_module_needs, more_than_the_module_takes}) {
    if (auto found = look(files)) return found;
  }
  return {};
}

}  // namespace exo_harness::model
