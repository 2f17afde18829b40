#include "tensor_names.h"

#include <algorithm>
#include <array>

#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

/// Modules that Exo splits in any family. Source: Exo v1.0.71, auto_parallel.py, the strategies' shard_model.
constexpr std::array<std::string_view, 26> kSplit = {
    "q_proj",    "k_proj", "v_proj",       "o_proj",     "gate_proj",   "up_proj",   "down_proj",
    "fc1",       "fc2",    "q_b_proj",     "embed_q",    "unembed_out", "kv_b_proj", "in_proj",
    "out_proj",  "conv1d", "in_proj_qkvz", "in_proj_ba", "in_proj_qkv", "in_proj_z", "in_proj_b",
    "in_proj_a", "A_log",  "dt_bias",      "D",          "g_proj"};

}  // namespace

int layer_of(std::string_view tensor) {
  for (const std::string_view mark : {std::string_view("layers."), std::string_view("h.")}) {
    const std::size_t at = tensor.find(mark);
    if (at == std::string_view::npos || (at > 0 && tensor[at - 1] != '.')) continue;
    int number = 0, digits = 0;
    for (std::size_t i = at + mark.size(); i < tensor.size() && tensor[i] >= '0' && tensor[i] <= '9' && digits < 6;
         ++i, ++digits) {
      number = number * 10 + (tensor[i] - '0');
    }
    if (digits > 0) return number;
  }
  return -1;
}

std::string_view module_of(std::string_view tensor) {
  const std::string_view last = last_part(tensor);
  for (const char* leaf : {"weight", "bias", "scales", "biases"}) {
    if (last == leaf) return tensor.substr(0, tensor.size() - std::min(tensor.size(), last.size() + 1));
  }
  return tensor;
}

std::string_view last_part(std::string_view module) {
  const std::size_t dot = module.rfind('.');
  return dot == std::string_view::npos ? module : module.substr(dot + 1);
}

bool is_routed_expert(std::string_view tensor) {
  return contains(tensor, "switch_mlp.") || contains(tensor, "switch_glu.") || contains(tensor, ".experts.");
}

bool is_split(std::string_view tensor) {
  if (layer_of(tensor) < 0) return false;
  const std::string_view part = last_part(module_of(tensor));
  if (part == "norm" && module_of(tensor).ends_with("mixer.norm")) return true;
  return std::find(kSplit.begin(), kSplit.end(), part) != kSplit.end();
}

TensorTable::TensorTable(std::vector<Tensor> tensors, const ModelConfig& config)
    : tensors_(std::move(tensors)), config_(&config) {
  for (std::size_t i = 0; i < tensors_.size(); ++i) by_name_.emplace(tensors_[i].name, i);
}

const Tensor* TensorTable::find(const std::string& name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &tensors_[found->second];
}

bool TensorTable::is_quantised(std::string_view module) const {
  return by_name_.count(std::string(module) + ".scales") > 0;
}

Quantization TensorTable::packing_of(std::string_view module) const {
  const auto own = config_->overrides.find(std::string(module));
  return own == config_->overrides.end() ? config_->quantization : own->second;
}

std::uint64_t TensorTable::inputs_of(const Tensor& weight) const {
  if (weight.shape.empty()) return 1;
  const std::string_view module = module_of(weight.name);
  const Tensor* scales = find(std::string(module) + ".scales");
  const int group = packing_of(module).group_size;
  if (scales == nullptr || scales->shape.empty() || group <= 0) return weight.shape.back();
  return scales->shape.back() * static_cast<std::uint64_t>(group);
}

std::uint64_t TensorTable::parameters_of(const Tensor& tensor) const {
  const std::string_view module = module_of(tensor.name);
  const std::string_view leaf = last_part(tensor.name);
  if (!is_quantised(module)) return tensor.elements();
  if (leaf == "scales" || leaf == "biases") return 0;
  if (leaf != "weight" || tensor.shape.empty() || tensor.shape.back() == 0) return tensor.elements();
  return tensor.elements() / tensor.shape.back() * inputs_of(tensor);
}

}  // namespace exo_harness::model
