#include "fake_control.h"

#include <nlohmann/json.hpp>

#include "exo_harness/core/format.h"
#include "exo_harness/http/client.h"

namespace exo_harness::tools {
namespace {

std::string control(const std::string& method, const std::string& api, const std::string& fault) {
  http::Request request;
  request.method = method;
  request.url = api + "/fake/fault";
  request.body = fault;
  http::Client client;
  const auto reply = client.perform(request, Deadline::after(milliseconds(3000)));
  return reply && reply->status != 200 ? format("{} refuses {}: {}\n", api, fault, reply->body) : "";
}

}  // namespace

std::string set_fault(const std::string& api, const std::string& fault) {
  return control("POST", api, fault);
}

bool is_master(const std::string& api) {
  http::Request request;
  request.url = api + "/fake";
  http::Client client;
  const auto reply = client.perform(request, Deadline::after(milliseconds(3000)));
  const auto said = nlohmann::json::parse(reply ? reply->body : "", nullptr, false);
  return said.is_object() && said["master"] == said["node_id"];
}

std::string clear_faults(const std::string& api) {
  return control("DELETE", api, "");
}

}  // namespace exo_harness::tools
