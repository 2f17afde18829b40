#include "api/api.h"
#include "api/state_lies.h"
#include "api/validation.h"
#include "membership/cluster.h"
#include "world/ids.h"
#include "world/placement.h"

namespace exo_harness::fake {
namespace {

std::set<std::string> required_nodes(const Request& request) {
  std::set<std::string> out;
  const auto range = request.query_all.equal_range("node_ids");
  for (auto it = range.first; it != range.second; ++it) out.insert(it->second);
  return out;
}

/// A model that is not among the cards is looked for in the internet, in vain: three attempts of about 10 s, on main
/// five.
void unknown_model(Api& api, const std::shared_ptr<Exchange>& exchange, const std::string& model, int status) {
  api.later(api.context().options.is_main() ? 67 : 32, [exchange, model, status] {
    if (status == 500)
      exchange->send(500, "text/plain; charset=utf-8", "Internal Server Error");
    else
      send_error(*exchange, status, "Failed to load model card: Failed to fetch file list for " + model);
  });
}

void serve_previews(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const Checked checked = check_query(request, {{"model_id", Field::Kind::text, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  const std::string id = checked.body["model_id"];
  const Model* model = api.context().catalogue.find(id);
  if (!model) return unknown_model(api, exchange, id, 400);
  Json offered = previews(*model, api.context().state, required_nodes(request));
  offered = with_preview_lies(std::move(offered), api.context().faults);
  exchange->send_json(200, {{"previews", offered}});
}

void serve_placement(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const Checked checked = check_query(request, {{"model_id", Field::Kind::text, true},
                                                {"sharding", Field::Kind::sharding},
                                                {"instance_meta", Field::Kind::instance_meta},
                                                {"min_nodes", Field::Kind::integer}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  const std::string id = checked.body["model_id"];
  PlacementRequest wanted;
  wanted.model = api.context().catalogue.find(id);
  if (!wanted.model) return unknown_model(api, exchange, id, 500);
  wanted.sharding = checked.body.value("sharding", "Pipeline");
  wanted.instance_meta = checked.body.value("instance_meta", "MlxRing");
  wanted.min_nodes = checked.body.value("min_nodes", 1);
  const Placement placed = place(wanted, api.context().state);
  if (placed.error.empty())
    exchange->send_json(200, placed.instance);
  else
    send_error(*exchange, 400, placed.error);
}

void serve_place(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const Checked checked = check_body(request, {{"model_id", Field::Kind::text, true},
                                               {"sharding", Field::Kind::sharding},
                                               {"instance_meta", Field::Kind::instance_meta},
                                               {"min_nodes", Field::Kind::integer}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  const std::string id = checked.body["model_id"];
  const Model* model = api.context().catalogue.find(id);
  if (!model) return unknown_model(api, exchange, id, 500);
  const std::string command = new_uuid();
  api.context().cluster->command({{"PlaceInstance",
                                   {{"command_id", command},
                                    {"model_card", model->card},
                                    {"sharding", checked.body.value("sharding", "Pipeline")},
                                    {"instance_meta", checked.body.value("instance_meta", "MlxRing")},
                                    {"min_nodes", checked.body.value("min_nodes", 1)}}}});
  exchange->send_json(200, {{"message", "Command received."}, {"command_id", command}, {"model_card", model->card}});
}

/// What pydantic says of an instance: it tries each kind, and tells what is wrong with all of them.
Json problems_of_instance(const Json& body) {
  const Json& instance = body["instance"];
  if (!tag_of(instance).empty() && body_of(instance).contains("shardAssignments")) return Json::array();
  const Json loc = {"body", "instance", "function-wrap[_validate()]"};
  auto below = [&loc](const std::string& key) {
    Json path = loc;
    path.push_back(key);
    return path;
  };
  Json detail = Json::array();
  for (const auto& fields :
       {std::pair("hostsByNode", "ephemeralPort"), std::pair("jacclDevices", "jacclCoordinators")}) {
    if (!instance.is_object()) {
      detail.push_back(problem("model_attributes_type", loc,
                               "Input should be a valid dictionary or object to extract fields from", instance));
      continue;
    }
    for (const char* name : {"instanceId", "shardAssignments", fields.first, fields.second})
      if (!instance.contains(name)) detail.push_back(problem("missing", below(name), "Field required", instance));
    for (const auto& [name, value] : instance.items())
      detail.push_back(problem("extra_forbidden", below(name), "Extra inputs are not permitted", value));
  }
  return detail;
}

void serve_create(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const Checked checked = check_body(request, {{"instance", Field::Kind::any, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  const Json detail = problems_of_instance(checked.body);
  if (!detail.empty()) return send_detail(*exchange, detail);
  const InstanceView view{checked.body["instance"]};
  const Model* model = api.context().catalogue.find(view.model());
  if (!model) return unknown_model(api, exchange, view.model(), 500);
  std::uint64_t free = 0;
  for (const std::string& node : api.context().state.nodes) free += api.context().state.available(node);
  if (model->storage_bytes > free)
    return send_error(
        *exchange, 400,
        "Insufficient memory to create instance. Required: " + std::to_string(model->storage_bytes >> 20) +
            "MB, Available: " + std::to_string(free >> 20) + "MB");
  const std::string command = new_uuid();
  api.context().cluster->command(
      {{"CreateInstance", {{"command_id", command}, {"instance", checked.body["instance"]}}}});
  exchange->send_json(200, {{"message", "Command received."}, {"command_id", command}, {"model_card", model->card}});
}

void serve_one(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const std::string id = request.path.substr(10);
  const auto found = api.context().state.instances.find(id);
  if (found == api.context().state.instances.end()) return send_error(*exchange, 404, "Instance not found");
  if (request.method == "GET") return exchange->send_json(200, *found);
  const std::string command = new_uuid();
  api.context().cluster->command({{"DeleteInstance", {{"command_id", command}, {"instance_id", id}}}});
  exchange->send_json(200, {{"message", "Command received."}, {"command_id", command}, {"instance_id", id}});
}

void serve_cancel(Api& api, const std::string& command, const std::shared_ptr<Exchange>& exchange) {
  if (!api.is_running(command)) return send_error(*exchange, 404, "Command not found or already completed");
  api.cancel_command(command);
  exchange->send_json(200, {{"message", "Command cancelled."}, {"command_id", command}});
}

void serve_download(const Request& request, const std::shared_ptr<Exchange>& exchange, const char* what) {
  const Checked checked =
      check_body(request, {{"targetNodeId", Field::Kind::text, true}, {what, Field::Kind::any, true}});
  if (!checked.good()) return send_detail(*exchange, checked.detail);
  exchange->send_json(200, {{"commandId", new_uuid()}});
}

}  // namespace

bool serve_instances(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const std::string& path = request.path;
  const std::string& method = request.method;
  if (path == "/instance/previews" && method == "GET")
    serve_previews(api, request, exchange);
  else if (path == "/instance/placement" && method == "GET")
    serve_placement(api, request, exchange);
  else if (path == "/place_instance" && method == "POST")
    serve_place(api, request, exchange);
  else if (path == "/instance" && method == "POST")
    serve_create(api, request, exchange);
  else if (path.rfind("/instance/", 0) == 0 && path.find('/', 10) == std::string::npos &&
           (method == "GET" || method == "DELETE"))
    serve_one(api, request, exchange);
  else if (path.rfind("/v1/cancel/", 0) == 0 && method == "POST")
    serve_cancel(api, path.substr(11), exchange);
  else if (path == "/download/start" && method == "POST")
    serve_download(request, exchange, "shardMetadata");
  else if (path == "/download/cancel" && method == "POST")
    serve_download(request, exchange, "modelId");
  else if (path.rfind("/download/", 0) == 0 && method == "DELETE")
    exchange->send_json(200, {{"commandId", new_uuid()}});
  else
    return false;
  return true;
}

}  // namespace exo_harness::fake
