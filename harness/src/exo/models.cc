#include "parse.h"
#include "readers.h"

namespace exo_harness::exo {

namespace {

ModelInfo read_model(const Node& node) {
  ModelInfo info;
  info.id = node.at("id").text();
  info.name = node.text_or_empty("name");
  info.hugging_face_id = node.text_or_empty("huggingFaceId");
  info.family = node.text_or_empty("family");
  info.quantization = node.text_or_empty("quantization");
  info.base_model = node.text_or_empty("baseModel");
  info.context_length = node.bytes_or_zero("contextLength");
  info.storage_megabytes = node.bytes_or_zero("storageSizeMegabytes");
  info.supports_tensor = node.flag_or("supportsTensor", false);
  info.is_custom = node.flag_or("isCustom", false);
  info.tasks = node.texts_or_empty("tasks");
  info.capabilities = node.texts_or_empty("capabilities");
  info.tags = node.texts_or_empty("tags");
  return info;
}

}  // namespace

Outcome<std::string> parse_node_id(std::string_view body) {
  return read_json(body, "the node id", [](const Node& root) { return root.text(); });
}

Outcome<std::vector<ModelInfo>> parse_models(std::string_view body) {
  return read_json(body, "the list of models", [](const Node& root) {
    std::vector<ModelInfo> all;
    for (const Node& item : root.at("data").items()) all.push_back(read_model(item));
    return all;
  });
}

}  // namespace exo_harness::exo
