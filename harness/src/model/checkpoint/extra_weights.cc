#include "extra_weights.h"

#include <algorithm>
#include <set>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

using Names = std::set<std::string, std::less<>>;

/// What modules take, but can do without, behind `layers.N.`; `when`: only if config.json says so.
struct Optional {
  std::string_view modules;  ///< Between spaces.
  bool ModelConfig::*when;
  std::string_view names;
};

constexpr Optional kOptional[] = {
    {" nemotron_h ", &ModelConfig::mlp_bias, "mixer.fc1_latent_proj.bias mixer.fc2_latent_proj.bias"},
    {" nemotron_h ", nullptr,
     "mixer.gate.e_score_correction_bias mixer.fc1_latent_proj.weight mixer.fc2_latent_proj.weight"},
    {" deepseek_v3 glm4_moe_lite glm4_moe ", nullptr, "mlp.gate.e_score_correction_bias"},
    {" glm4_moe ", nullptr, "self_attn.q_norm.weight self_attn.k_norm.weight"},
    {" gpt_oss ", nullptr,
     "mlp.experts.gate_proj.bias mlp.experts.up_proj.bias mlp.experts.down_proj.bias mlp.experts.gate_up_proj_bias "
     "mlp.experts.gate_up_proj_scales mlp.experts.down_proj_bias mlp.experts.down_proj_scales"}};

/// Parts of a model that are no part of its answers, by the beginning of their names.
constexpr std::string_view kOtherParts[] = {"mtp.", "vision_tower.", "multi_modal_projector."};

Names weights_of(const std::vector<NeededWeight>& needs) {
  Names names;
  for (const NeededWeight& need : needs) names.insert(need.names.begin(), need.names.end());
  return names;
}

Names optional_names(std::string_view module, const ModelConfig& config) {
  Names names;
  for (const Optional& each : kOptional) {
    if (!contains(each.modules, format(" {} ", module))) continue;
    if (each.when != nullptr && !(config.*each.when)) continue;
    for (const std::string_view name : split(each.names, ' ')) names.emplace(name);
  }
  return names;
}

/// `mlp.experts.*.up_proj.weight` of `mlp.experts.17.up_proj.weight`.
std::string with_a_star(std::string_view name) {
  constexpr std::string_view kMark = "experts.", kDigits = "0123456789";
  const std::size_t at = name.find(kMark);
  if (at == std::string_view::npos) return std::string(name);
  const std::size_t from = at + kMark.size(), to = std::min(name.find_first_not_of(kDigits, from), name.size());
  if (to == from) return std::string(name);
  return std::string(name.substr(0, from)) + "*" + std::string(name.substr(to));
}

/// Or taken outside of the layers.
bool is_dropped_on_purpose(const Tensor& tensor, std::string_view module) {
  if (tensor.name.ends_with("rotary_emb.inv_freq")) return true;
  if (tensor.name == "model.final_layernorm.bias") return module == "phi";
  if (tensor.name.ends_with(".weight_scale_inv")) return unpacks_fp8(module);
  if (last_part(module_of(tensor.name)) == "lm_head") return last_part(tensor.name) != "bias" || module == "phi";
  return std::any_of(std::begin(kOtherParts), std::end(kOtherParts),
                     [&](std::string_view part) { return tensor.name.starts_with(part); });
}

/// Packing adds `scales` and `biases` to a weight.
bool takes(const Names& names, const std::string& name) {
  if (names.count(name) > 0) return true;
  const std::string_view leaf = last_part(name);
  return (leaf == "scales" || leaf == "biases") && names.count(std::string(module_of(name)) + ".weight") > 0;
}

}  // namespace

std::string extra_weights(const TensorTable& tensors, const NeededWeights& needs, std::string_view module,
                          const ModelConfig& config) {
  const Names outside = weights_of(needs.outside), optional = optional_names(module, config);
  std::vector<Names> layers;
  for (const auto& layer : needs.of_layers) layers.push_back(weights_of(layer));
  Few extra(3);
  for (const Tensor& tensor : tensors.all()) {
    if (is_dropped_on_purpose(tensor, module) || takes(outside, tensor.name)) continue;
    const int layer = layer_of(tensor.name);
    if (layer >= config.layers) continue;
    const std::string prefix = format("{}layers.{}.", needs.root, layer);
    if (layer >= 0 && tensor.name.starts_with(prefix)) {
      const std::string name = with_a_star(std::string_view(tensor.name).substr(prefix.size()));
      if (takes(layers[static_cast<std::size_t>(layer)], name) || takes(optional, name)) continue;
    }
    extra.add(format("`{}`", printable(tensor.name)));
  }
  return join(extra.list(), ", ");
}

}  // namespace exo_harness::model
