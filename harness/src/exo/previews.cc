#include <ostream>

#include "parse.h"
#include "readers.h"

namespace exo_harness::exo {

namespace {

Preview read_preview(const Node& node) {
  Preview preview;
  Unknown unknown;
  preview.model_id = node.text_or_empty("modelId");
  preview.sharding = node.at("sharding").text();
  preview.comm = node.at("instanceMeta").text();
  preview.error = node.text_or_empty("error");
  if (const auto instance = node.find("instance")) preview.instance = read_instance(*instance, "", unknown);
  if (const auto delta = node.find("memoryDeltaByNode")) {
    for (const auto& [id, bytes] : delta->entries()) preview.memory_delta_by_node[id] = bytes.bytes();
  }
  return preview;
}

CommandReply read_command_reply(const Node& root) {
  return {root.at("commandId").text(), root.text_or_empty("message"), root.text_or_empty("instanceId")};
}

}  // namespace

Outcome<std::vector<Preview>> parse_previews(std::string_view body) {
  return read_json(body, "the previews", [](const Node& root) {
    std::vector<Preview> all;
    for (const Node& item : root.at("previews").items()) all.push_back(read_preview(item));
    return all;
  });
}

Outcome<Instance> parse_instance(std::string_view body) {
  return read_json(body, "the instance", [](const Node& root) {
    Unknown unknown;
    return read_instance(root, "", unknown);
  });
}

Outcome<CommandReply> parse_command_reply(std::string_view body) {
  return read_json(body, "the answer to a command", read_command_reply);
}

std::string write_placement(const PlacementRequest& request) {
  return Json{{"model_id", request.model_id},
              {"sharding", std::string(to_string(request.sharding))},
              {"instance_meta", std::string(to_string(request.comm))},
              {"min_nodes", request.min_nodes}}
      .dump(-1, ' ', false, Json::error_handler_t::replace);
}

void PrintTo(const PlacementRequest& request, std::ostream* os) {
  *os << request.model_id << " " << to_string(request.sharding) << "/" << to_string(request.comm) << " on at least "
      << request.min_nodes << " nodes";
}

void PrintTo(const Preview& preview, std::ostream* os) {
  *os << preview.model_id << " " << preview.sharding << "/" << preview.comm << ": ";
  if (preview.instance) {
    *os << preview.instance->tag << " on " << preview.instance->ranks.size() << " nodes";
  } else {
    *os << preview.error;
  }
}

}  // namespace exo_harness::exo
