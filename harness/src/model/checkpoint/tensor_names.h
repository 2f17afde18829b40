#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/model/checkpoint/config.h"
#include "exo_harness/model/checkpoint/safetensors.h"

namespace exo_harness::model {

/// The number behind `layers.` or `h.` in a tensor's name; -1: it belongs to no layer.
int layer_of(std::string_view tensor);

/// `model.layers.3.mlp.down_proj` of `model.layers.3.mlp.down_proj.weight`.
std::string_view module_of(std::string_view tensor);
/// `down_proj` of it: the last part.
std::string_view last_part(std::string_view module);

/// Whether the tensor belongs to routed experts (not to shared ones).
bool is_routed_expert(std::string_view tensor);
/// Whether tensor parallelism splits it.
bool is_split(std::string_view tensor);

/// Tensors by name, with the packing of quantisation undone on request.
class TensorTable {
 public:
  TensorTable(std::vector<Tensor> tensors, const ModelConfig& config);
  const Tensor* find(const std::string& name) const;
  const std::vector<Tensor>& all() const { return tensors_; }
  /// Whether a module's weight is packed: its scales are there.
  bool is_quantised(std::string_view module) const;
  /// Packing of a module: its override, or the model's.
  Quantization packing_of(std::string_view module) const;
  /// Parameters of a tensor with packing undone; 0 for scales and biases of packing.
  std::uint64_t parameters_of(const Tensor& tensor) const;
  /// Columns of a matrix (inputs of a linear layer) with packing undone.
  std::uint64_t inputs_of(const Tensor& weight) const;

 private:
  std::vector<Tensor> tensors_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  const ModelConfig* config_;
};

}  // namespace exo_harness::model
