#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/checkpoint/tensor_names.h"

namespace exo_harness::model {

/// Whether MLX computes with its numbers as they are.
bool is_float(const Tensor& tensor);

/// `(128, 64)`, for people; a size of 0 is `any`.
std::string text_of_shape(const std::vector<std::uint64_t>& shape);

/// What is wrong with a packed weight, or with its scales and biases. Empty: config.json says how it is packed, each
/// group of each row has its numbers, and these cover the whole weight. Source: mlx 0.31.2, quantized_matmul.
std::string trouble_of_packing(const TensorTable& tensors, const Tensor& weight);

}  // namespace exo_harness::model
