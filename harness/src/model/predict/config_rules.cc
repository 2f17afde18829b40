#include <algorithm>
#include <iterator>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "model/checkpoint/required_keys.h"
#include "prediction_rules.h"

namespace exo_harness::model {
namespace {

constexpr const char* kSeenThere = "; seen: reports/measured/predictions.md";

/// `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`: as Python lists them.
std::string python_list(const std::vector<std::string_view>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += names.size() > 2 ? ", " : " ";
    if (i > 0 && i + 1 == names.size()) text += "and ";
    text += format("'{}'", names[i]);
  }
  return text;
}

std::optional<Prediction> missing_of(std::string_view module, const std::set<std::string, std::less<>>& keys,
                                     std::string_view where) {
  std::vector<std::string_view> missing = required_keys(module);
  missing.erase(
      std::remove_if(missing.begin(), missing.end(), [&](std::string_view key) { return keys.count(key) > 0; }),
      missing.end());
  if (missing.empty()) return {};
  const std::string names = python_list(missing);
  return failing(Phase::load,
                 format("ModelArgs.__init__() missing {} required positional argument{}: {}", missing.size(),
                        missing.size() == 1 ? "" : "s", names),
                 format("{} lacks {}, which the engine's module `{}` cannot do without", where, names, module),
                 format("mlx-lm c7010341, models/{}.py, ModelArgs{}", module, kSeenThere));
}

std::optional<Prediction> key_missing(const Subject& s) {
  return missing_of(s.module, s.config.keys, "config.json");
}

/// Modules of a text model within another read `text_config` alone. Where there is none, some read config.json.
std::optional<Prediction> text_key_missing(const Subject& s) {
  const std::string_view module = text_module(s.module, s.config.text_type);
  if (module.empty() || !s.config.has_text_config) return {};
  std::set<std::string, std::less<>> keys = s.config.text_keys;
  if (s.module == "mistral3") keys.insert("tie_word_embeddings");  // It says so itself.
  return missing_of(module, keys, "`text_config` of config.json");
}

/// Where modules of mlx-lm take the kind of position embedding from; measured with a kind that there is not.
struct Rope {
  std::string_view module, path;
};
constexpr Rope kRopes[] = {{"qwen3", "rope_scaling"},
                           {"mimo", "rope_scaling"},
                           {"deepseek_v3", "rope_scaling"},
                           {"deepseek_v32", "rope_scaling"},
                           {"llama", "rope_scaling"},
                           {"gpt_oss", "rope_scaling"},
                           {"qwen2", "rope_scaling"},
                           {"gemma3_text", "rope_scaling"},
                           {"minicpm", "rope_scaling"},
                           {"olmo2", "rope_scaling"},
                           {"llama4", "text_config.rope_scaling"},
                           {"kimi_k25", "text_config.rope_scaling"},
                           {"glm_moe_dsa", "rope_parameters"},
                           {"qwen3_5", "text_config.rope_parameters"},
                           {"qwen3_5_moe", "text_config.rope_parameters"}};
constexpr std::string_view kRopeTypes[] = {"default",        "linear",   "llama3",       "yarn", "deepseek_yarn",
                                           "telechat3-yarn", "longrope", "proportional", "mrope"};

/// What the module of a model takes; null where it asks for none, or it is not known where the module looks.
struct AskedRope {
  const StatedRope* stated = nullptr;
  std::string_view path;
};
AskedRope rope_of(const Subject& s) {
  const auto* at =
      std::find_if(std::begin(kRopes), std::end(kRopes), [&](const Rope& each) { return each.module == s.module; });
  if (at == std::end(kRopes)) return {};
  const auto found = s.config.ropes.find(at->path);
  return {found == s.config.ropes.end() ? nullptr : &found->second, at->path};
}

std::optional<Prediction> no_such_rope(const Subject& s) {
  const auto [rope, path] = rope_of(s);
  if (rope == nullptr || std::find(std::begin(kRopeTypes), std::end(kRopeTypes), rope->type) != std::end(kRopeTypes))
    return {};
  return failing(
      Phase::load, format("Unsupported RoPE type {}", rope->type),
      format("`{}` asks for a position embedding that mlx-lm does not have: {}", path, printable(rope->type)),
      std::string("mlx-lm c7010341, models/rope_utils.py, initialize_rope") + kSeenThere);
}

/// What a kind of position embedding cannot do without, in the order in which mlx-lm asks.
struct RopeNeeds {
  std::string_view types, keys;  ///< Types between spaces.
};
constexpr RopeNeeds kRopeNeeds[] = {{" linear llama3 yarn deepseek_yarn telechat3-yarn ", "factor"},
                                    {" longrope ", "original_max_position_embeddings short_factor long_factor"}};

std::optional<Prediction> rope_key_missing(const Subject& s) {
  const auto [rope, path] = rope_of(s);
  if (rope == nullptr) return {};
  for (const RopeNeeds& needs : kRopeNeeds) {
    if (!contains(needs.types, format(" {} ", rope->type))) continue;
    for (const std::string_view key : split(needs.keys, ' ')) {
      if (rope->keys.count(key) > 0) continue;
      return failing(Phase::load, format("'{}'", key),
                     format("`{}` asks for {} and does not state `{}`", path, rope->type, key),
                     "mlx-lm c7010341, models/rope_utils.py, initialize_rope");
    }
  }
  return {};
}

std::optional<Prediction> no_full_attention(const Subject& s) {
  const std::vector<std::string>& types = s.config.layer_types;
  if (s.module != "llama" || types.empty()) return {};
  if (std::find(types.begin(), types.end(), "full_attention") != types.end()) return {};
  return failing(Phase::load, "'full_attention' is not in list",
                 "`layer_types` has no full_attention, for which the engine's module looks",
                 "mlx-lm c7010341, models/llama.py, LlamaModel");
}

std::optional<Prediction> packing_of_no_size(const Subject& s) {
  if (s.config.packing_lacks.empty()) return {};
  const std::string& key = s.config.packing_lacks.front();
  return failing(Phase::load, format("'{}'", key),
                 format("`quantization` does not state `{}`, which mlx-lm's loader asks for", key),
                 "mlx-lm c7010341, mlx_lm/utils.py, load_model");
}

std::optional<Prediction> packing_of_no_name(const Subject& s) {
  if (!s.config.packing_without_method) return {};
  return failing(Phase::load, "'quant_method'",
                 "`quantization_config` does not say `quant_method`, which mlx-lm's loader asks for when there is no "
                 "`quantization`",
                 std::string("mlx-lm c7010341, mlx_lm/utils.py, load_model") + kSeenThere);
}

}  // namespace

std::vector<Rule> config_rules() {
  return {key_missing,       text_key_missing,   no_such_rope,      rope_key_missing,
          no_full_attention, packing_of_no_size, packing_of_no_name};
}

}  // namespace exo_harness::model
