#include "config_doubts.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace {

/// llama makes a layer of each word, and takes every word but one for full attention.
std::string doubt_of_layer_types(const ModelConfig& config) {
  const std::vector<std::string>& types = config.layer_types;
  if (types.empty()) return "";
  if (types.size() != static_cast<std::size_t>(config.layers))
    return format("layer_types has {} words for {} layers", types.size(), config.layers);
  for (const std::string& type : types) {
    if (type == "sliding_attention" && config.sliding_window == 0)
      return "layer_types asks for sliding_attention, and sliding_window is not stated";
    if (type != "sliding_attention" && type != "full_attention")
      return format("layer_types asks for {}, which the engine's module does not know", shorten(printable(type), 60));
  }
  return "";
}

}  // namespace

std::string config_doubt(const ModelConfig& config, std::string_view module) {
  if (!config.odd_values.empty()) return "config.json: " + config.odd_values.front();
  const std::string types = module == "llama" ? doubt_of_layer_types(config) : "";
  return types.empty() ? "" : "config.json: " + types;
}

}  // namespace exo_harness::model
