#include "world/cards.h"

#include <algorithm>
#include <filesystem>

#include <toml++/toml.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "world/ids.h"

namespace exo_harness::fake {
namespace {

template <typename T>
Json optional_number(const toml::table& table, const char* key) {
  const auto value = table[key].value<T>();
  return value ? Json(*value) : Json(nullptr);
}

std::vector<std::string> strings(const toml::table& table, const char* key, std::vector<std::string> otherwise) {
  const toml::array* array = table[key].as_array();
  if (!array) return otherwise;
  std::vector<std::string> out;
  for (const auto& item : *array)
    if (const auto text = item.value<std::string>()) out.push_back(*text);
  return out;
}

Json sampling_defaults(const toml::table& t) {
  return {{"temperature", optional_number<double>(t, "temperature")},
          {"topP", optional_number<double>(t, "top_p")},
          {"topK", optional_number<std::int64_t>(t, "top_k")},
          {"minP", optional_number<double>(t, "min_p")},
          {"repetitionPenalty", nullptr},
          {"presencePenalty", nullptr},
          {"frequencyPenalty", nullptr},
          {"thinking", nullptr},
          {"nonThinking", nullptr}};
}

Json card_of(const toml::table& t, const Model& model, bool is_main) {
  Json card = {{"modelId", model.id},
               {"storageSize", {{"inBytes", model.storage_bytes}}},
               {"nLayers", model.layers},
               {"hiddenSize", model.hidden_size},
               {"supportsTensor", model.supports_tensor},
               {"numKeyValueHeads", model.kv_heads ? Json(*model.kv_heads) : Json(nullptr)},
               {"tasks", Json::array({"TextGeneration"})},
               {"components", nullptr},
               {"family", t["family"].value_or("")},
               {"quantization", t["quantization"].value_or("")},
               {"baseModel", t["base_model"].value_or("")},
               {"capabilities", strings(t, "capabilities", {"text"})}};
  if (is_main) {
    card["backends"] = model.backends;
    card["reasoningDialect"] = "none";
  }
  card["contextLength"] = t["context_length"].value_or(std::int64_t{0});
  card["usesCfg"] = false;
  card["trustRemoteCode"] = true;
  card["isCustom"] = false;
  card["vision"] = nullptr;
  card["samplingDefaults"] = sampling_defaults(t);
  return card;
}

std::string folder_name(const std::string& id) {
  std::string out = id;
  const std::size_t slash = out.find('/');
  return slash == std::string::npos ? out : out.replace(slash, 1, "--");
}

Model model_of(const toml::table& t, bool is_main) {
  Model model;
  model.id = t["model_id"].value_or("");
  model.storage_bytes = static_cast<std::uint64_t>(t["storage_size"].value_or(std::int64_t{0}));
  model.size_bytes = static_cast<std::uint64_t>(t["size"].value_or(std::int64_t{0}));
  model.layers = static_cast<int>(t["n_layers"].value_or(std::int64_t{0}));
  model.hidden_size = static_cast<int>(t["hidden_size"].value_or(std::int64_t{0}));
  if (const auto heads = t["num_key_value_heads"].value<std::int64_t>()) model.kv_heads = static_cast<int>(*heads);
  model.supports_tensor = t["supports_tensor"].value_or(true);
  model.staged = t["staged"].value_or(false);
  model.thinks = t["thinks"].value_or(false);
  model.calls_tools = t["calls_tools"].value_or(false);
  model.backends = strings(t, "backends", {"MlxMetal", "MlxCuda", "MlxCpu"});
  model.directory = "/opt/fake-exo/models/" + folder_name(model.id);
  if (const toml::table* fails = t["fails"].as_table())
    model.fails = ModelFailure{(*fails)["phase"].value_or(""), (*fails)["type"].value_or("RuntimeError"),
                               (*fails)["text"].value_or(""), (*fails)["only"].value_or("")};
  model.card = card_of(t, model, is_main);
  return model;
}

}  // namespace

Catalogue::Catalogue(const Options& options) {
  const std::filesystem::path file = options.data_folder / "catalogue.toml";
  try {
    const toml::table document = toml::parse_file(file.string());
    if (const toml::array* models = document["model"].as_array())
      for (const auto& item : *models)
        if (const toml::table* t = item.as_table()) models_.push_back(model_of(*t, options.is_main()));
  } catch (const toml::parse_error& error) {
    throw HarnessError(format("{}:{}: {}", file.string(), error.source().begin.line, error.description()),
                       "give the folder of catalogue.toml with --data");
  }
  if (models_.empty()) throw HarnessError(file.string() + " holds no [[model]]", "give another folder with --data");
  stage(options);
}

void Catalogue::stage(const Options& options) {
  if (options.models.empty()) return;
  for (Model& model : models_) model.staged = false;
  for (const std::string& wanted : options.models) {
    const std::string name = std::filesystem::path(wanted).filename().string();
    auto found = std::find_if(models_.begin(), models_.end(),
                              [&](const Model& model) { return model.id == wanted || folder_name(model.id) == name; });
    if (found == models_.end()) {
      std::vector<std::string> ids;
      for (const Model& model : models_) ids.push_back(model.id);
      throw UsageError("the fake knows no model '" + wanted + "'",
                       "nearest: " + join(nearest_names(wanted, ids), ", "));
    }
    found->staged = true;
    if (found->id != wanted) found->directory = wanted;
    if (found->size_bytes == 0) found->size_bytes = found->storage_bytes;
  }
}

const Model* Catalogue::find(const std::string& id) const {
  for (const Model& model : models_)
    if (model.id == id) return &model;
  return nullptr;
}

Json model_entry(const Model& model, bool is_main) {
  const std::size_t slash = model.id.rfind('/');
  // 1 000 000 bytes are shown as 1, 2 538 706 944 as 2421: MiB, rounded up to at least one.
  const std::uint64_t mebibytes = std::max<std::uint64_t>(1, model.storage_bytes >> 20);
  Json entry = {{"id", model.id},
                {"object", "model"},
                {"created", now_unix()},
                {"owned_by", "exo"},
                {"hugging_face_id", model.id},
                {"name", slash == std::string::npos ? model.id : model.id.substr(slash + 1)},
                {"description", ""},
                {"context_length", model.card["contextLength"]},
                {"tags", Json::array()},
                {"storage_size_megabytes", mebibytes},
                {"supports_tensor", model.supports_tensor},
                {"tasks", model.card["tasks"]},
                {"is_custom", false},
                {"family", model.card["family"]},
                {"quantization", model.card["quantization"]},
                {"base_model", model.card["baseModel"]},
                {"capabilities", model.card["capabilities"]}};
  if (is_main) entry["reasoning_dialect"] = "none";
  return entry;
}

}  // namespace exo_harness::fake
