#include "packing_doubts.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

/// Of the scales, or of the biases: a number of each for each group of a row.
std::string trouble_of_groups(const Tensor& weight, const Tensor& numbers) {
  if (!is_float(numbers)) {
    return format("`{}` is {}: MLX takes it as numbers of that type", printable(numbers.name), numbers.dtype);
  }
  const bool same_rows = numbers.shape.size() == weight.shape.size() &&
                         std::equal(numbers.shape.begin(), numbers.shape.end() - 1, weight.shape.begin());
  if (same_rows) return "";
  return format("`{}` is {}, not of the rows of its weight, {}", printable(numbers.name), text_of_shape(numbers.shape),
                text_of_shape(weight.shape));
}

/// What only the affine packing has: biases as the scales are.
std::string trouble_of_affine(const TensorTable& tensors, const Tensor& weight, const Tensor& scales) {
  const std::string module(module_of(weight.name));
  const Tensor* biases = tensors.find(module + ".biases");
  if (biases == nullptr) return format("`{}.biases` is missing: they keep random numbers", printable(module));
  for (const Tensor* each : {&scales, biases}) {
    if (std::string trouble = trouble_of_groups(weight, *each); !trouble.empty()) return trouble;
  }
  if (scales.shape == biases->shape && scales.dtype == biases->dtype) return "";
  return format("`{}` is {} of {}, its scales are {} of {}", printable(biases->name), text_of_shape(biases->shape),
                biases->dtype, text_of_shape(scales.shape), scales.dtype);
}

}  // namespace

bool is_float(const Tensor& tensor) {
  return tensor.dtype == "BF16" || tensor.dtype == "F16" || tensor.dtype == "F32";
}

std::string text_of_shape(const std::vector<std::uint64_t>& shape) {
  std::vector<std::string> numbers;
  for (const std::uint64_t n : shape) numbers.push_back(n == 0 ? "any" : std::to_string(n));
  return "(" + join(numbers, ", ") + ")";
}

std::string trouble_of_packing(const TensorTable& tensors, const Tensor& weight) {
  const std::string module(module_of(weight.name));
  const Quantization packing = tensors.packing_of(module);
  if (packing.bits == 0) return format("`{}` is packed, and config.json does not say how", printable(module));
  if (weight.dtype != "U32" || weight.shape.empty())
    return format("`{}` has scales, but is {}", printable(weight.name), weight.dtype);
  if (packing.mode.empty() || packing.mode == "affine") {
    if (packing.group_size != 32 && packing.group_size != 64 && packing.group_size != 128)
      return format("`{}` is packed in groups of {}, MLX takes 32, 64, or 128", printable(module), packing.group_size);
    const std::string trouble = trouble_of_affine(tensors, weight, *tensors.find(module + ".scales"));
    if (!trouble.empty()) return trouble;
  }
  const std::uint64_t inputs = tensors.inputs_of(weight), words = weight.shape.back();
  if (words * 32 == inputs * static_cast<std::uint64_t>(packing.bits)) return "";
  return format("`{}` holds {} words a row, {} inputs of {} bits do not fill them", printable(weight.name), words,
                inputs, packing.bits);
}

}  // namespace exo_harness::model
