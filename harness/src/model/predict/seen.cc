#include "seen.h"

#include <algorithm>
#include <iterator>

#include "exo_harness/core/format.h"

namespace exo_harness::model {
namespace {

constexpr std::string_view kSingle = "single", kPipeline = "pipeline", kTensor = "tensor";

/// Rows of the table of reports/measured/predictions.md that worked as predicted, on v1.0.71 or main of June 2026.
struct Seen {
  std::string_view module;
  int bits;  ///< 0: not packed. Groups of 32 and of 64 count alike.
  std::string_view placement;
};

constexpr Seen kSeen[] = {
    {"llama", 0, kSingle},      {"llama", 0, kPipeline},    {"llama", 0, kTensor},        {"llama", 8, kSingle},
    {"llama", 8, kPipeline},    {"llama", 8, kTensor},      {"llama", 4, kSingle},        {"llama", 4, kPipeline},
    {"llama", 4, kTensor},      {"qwen2", 0, kSingle},      {"qwen2", 0, kPipeline},      {"qwen3", 0, kSingle},
    {"qwen3", 0, kPipeline},    {"qwen3", 0, kTensor},      {"qwen3_moe", 0, kSingle},    {"qwen3_moe", 0, kPipeline},
    {"qwen3_moe", 0, kTensor},  {"qwen3_next", 0, kSingle}, {"qwen3_next", 0, kPipeline}, {"qwen3_next", 0, kTensor},
    {"mixtral", 0, kSingle},    {"mixtral", 0, kPipeline},  {"gemma3_text", 0, kSingle},  {"phi3", 0, kSingle},
    {"phi3", 0, kPipeline},     {"nemotron_h", 0, kSingle}, {"nemotron_h", 0, kPipeline}, {"nemotron_h", 0, kTensor},
    {"nemotron_h", 8, kSingle},
};

std::string_view kind_of(const exo::Mode& mode) {
  if (mode.world_size == 1) return kSingle;
  return mode.sharding == exo::Sharding::tensor ? kTensor : kPipeline;
}

bool is_affine(const Quantization& packing) {
  return packing.bits == 0 || packing.mode.empty() || packing.mode == "affine";
}

}  // namespace

bool was_seen(std::string_view module, const ModelConfig& config, const exo::Mode& mode) {
  if (!is_affine(config.quantization)) return false;
  return std::any_of(std::begin(kSeen), std::end(kSeen), [&](const Seen& each) {
    return each.module == module && each.bits == config.quantization.bits && each.placement == kind_of(mode);
  });
}

std::string packing_text(const ModelConfig& config) {
  const Quantization& packing = config.quantization;
  if (packing.bits == 0) return "not packed";
  return format("packed to {} bits{}", packing.bits, is_affine(packing) ? "" : " (" + packing.mode + ")");
}

}  // namespace exo_harness::model
