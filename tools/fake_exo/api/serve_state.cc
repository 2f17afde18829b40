#include <algorithm>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"

#include "api/api.h"
#include "api/state_lies.h"
#include "api/validation.h"
#include "membership/cluster.h"
#include "world/ids.h"

namespace exo_harness::fake {
namespace {

Json models(const Context& context, bool only_downloaded) {
  Json data = Json::array();
  for (const Model& model : context.catalogue.models()) {
    bool here = false;
    for (const std::string& id : context.state.nodes) here = here || context.state.downloaded(id, model.id);
    if (here || !only_downloaded) data.push_back(model_entry(model, context.options.is_main()));
  }
  return {{"object", "list"}, {"data", data}};
}

/// The part of a member of the state, or nothing.
const Json* part_of(const Json& member, std::string_view path) {
  const Json* at = &member;
  for (std::string_view step : split(path, '/')) {
    if (step.empty()) continue;
    if (at->is_object() && at->contains(std::string(step)))
      at = &(*at)[std::string(step)];
    else if (at->is_array() && step.find_first_not_of("0123456789") == std::string_view::npos &&
             std::stoul(std::string(step)) < at->size())
      at = &(*at)[std::stoul(std::string(step))];
    else
      return nullptr;
  }
  return at;
}

/// Of another node, if there is one.
std::string other_id(const Context& context) {
  const auto& nodes = context.state.nodes;
  const auto other = std::find_if(nodes.begin(), nodes.end(), [&](const auto& node) { return node != context.id; });
  return other == nodes.end() ? context.id : *other;
}

std::string dotted(std::string path) {
  std::replace(path.begin(), path.end(), '/', '.');
  return path;
}

/// A member of the state, with the lies about it, or all of it without a name; discarded: there is none.
Json member_of(Context& context, std::string_view name) {
  const auto lie = with_state_lies(context.state, context.faults);
  if (name.empty()) return lie ? *lie : context.state.to_json();
  if (!lie) return Json::parse(context.state.member_text(name), nullptr, false);
  const auto found = lie->find(std::string(name));
  return found == lie->end() ? Json(Json::value_t::discarded) : *found;
}

/// `/state/PATH`.
void send_part(Context& context, const std::string& path, Exchange& exchange) {
  const std::string_view first = std::string_view(path).substr(0, path.find('/'));
  const Json member = member_of(context, first);
  const Json* part = member.is_discarded() ? nullptr : part_of(member, std::string_view(path).substr(first.size()));
  part ? exchange.send_json(200, *part)
       : send_error(exchange, 404, "unable to find path '" + dotted(path) + "' in state json");
}

Json openapi(const Context& context) {
  const std::filesystem::path file =
      context.options.data_folder / (context.options.is_main() ? "openapi-main.json" : "openapi-v1.0.71.json");
  return Json::parse(read_file(file), nullptr, false);
}

}  // namespace

bool serve_state(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  Context& context = api.context();
  const std::string& path = request.path;
  const bool is_get = request.method == "GET";
  if (!is_get) return false;
  if (path == "/node_id")
    exchange->send_json(200, context.faults.take("lies", {{"about", "node-id"}}) ? other_id(context) : context.id);
  else if (path == "/state") {
    const auto lie = with_state_lies(context.state, context.faults);
    exchange->send(200, "application/json", lie ? text_of(*lie) : context.state.to_text());
  } else if (path.rfind("/state/", 0) == 0) {
    send_part(context, path.substr(7), *exchange);
  } else if (path == "/models" || path == "/v1/models") {
    const auto status = request.query.find("status");
    Json listed = models(context, status != request.query.end() && status->second == "downloaded");
    if (context.faults.take("lies", {{"about", "models-hidden"}})) listed["data"].erase(listed["data"].size() - 1);
    exchange->send_json(200, listed);
  } else if (path == "/events") {
    exchange->begin("application/json", false);
    exchange->write(context.events.to_text());
    exchange->finish();
  } else if (path == "/openapi.json")
    exchange->send_json(200, openapi(context));
  else if (path == "/onboarding")
    exchange->send_json(200, {{"completed", true}});
  else if (path == "/v1/traces")
    exchange->send_json(200, {{"traces", Json::array()}});
  else if (path.rfind("/v1/traces/", 0) == 0)
    send_error(*exchange, 404, "Trace not found: " + path.substr(11));
  else if (path == "/images")
    exchange->send_json(200, {{"data", Json::array()}});
  else if (path == "/v1/feature-flags" && context.options.is_main())
    exchange->send_json(200, {{"disaggregation", false}});
  else if (path == "/v1/instance-links" && context.options.is_main())
    exchange->send_json(200, Json::array());
  else
    return false;
  return true;
}

}  // namespace exo_harness::fake
