#include <algorithm>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "exo_harness/core/text.h"
#include "exo_harness/doctor/mac_tools.h"

namespace exo_harness::doctor {
namespace {

using Json = nlohmann::json;

constexpr int kRdmaService = 64087;  // its name changes between systems, the number does not

std::string text(const Json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool has_rdma_service(const Json& item) {
  const auto services = item.find("services_title");
  if (services == item.end() || !services->is_array()) return false;
  return std::any_of(services->begin(), services->end(), [](const Json& service) {
    const auto number = service.find("protocol_id_key");
    return number != service.end() && number->is_number_integer() && number->get<int>() == kRdmaService;
  });
}

bool has_further_receptacles(const Json& item) {
  for (const auto& [key, value] : item.items()) {
    if (key.starts_with("receptacle_") && key.ends_with("_tag") && key != "receptacle_1_tag" &&
        key != "receptacle_upstream_ambiguous_tag") {
      return true;
    }
  }
  return false;
}

std::vector<ThunderboltItem> read_items(const Json& parent, int depth) {
  std::vector<ThunderboltItem> items;
  const auto list = parent.find("_items");
  if (list == parent.end() || !list->is_array() || depth > 8) return items;
  for (const Json& json : *list) {
    if (!json.is_object()) continue;
    ThunderboltItem item;
    item.name = text(json, "_name");
    item.model = text(json, "device_name_key");
    item.domain_uuid = text(json, "domain_uuid_key");
    item.offers_rdma = has_rdma_service(json);
    item.behind = read_items(json, depth + 1);
    if (!item.domain_uuid.empty() && !json.contains("mode_key")) {
      item.kind = ThunderboltItem::Kind::mac;
    } else if (has_further_receptacles(json) || !item.behind.empty()) {
      item.kind = ThunderboltItem::Kind::hub;
    }
    items.push_back(std::move(item));
  }
  return items;
}

int first_number(const std::string& speed) {
  const std::size_t at = speed.find_first_of("0123456789");
  return at == std::string::npos ? 0 : std::atoi(speed.c_str() + at);
}

ThunderboltBus read_bus(const Json& json) {
  ThunderboltBus bus;
  bus.name = text(json, "_name");
  bus.mac = text(json, "device_name_key");
  bus.domain_uuid = text(json, "domain_uuid_key");
  if (const auto tag = json.find("receptacle_1_tag"); tag != json.end() && tag->is_object()) {
    bus.port = std::atoi(text(*tag, "receptacle_id_key").c_str());
    bus.connected = text(*tag, "receptacle_status_key") == "receptacle_connected";
    bus.speed = text(*tag, "current_speed_key");
    bus.gigabits = first_number(bus.speed);
  }
  bus.items = read_items(json, 0);
  return bus;
}

bool holds_mac(const std::vector<ThunderboltItem>& items) {
  return std::any_of(items.begin(), items.end(), [](const ThunderboltItem& item) {
    return item.kind == ThunderboltItem::Kind::mac || holds_mac(item.behind);
  });
}

}  // namespace

const ThunderboltItem* ThunderboltBus::direct_peer() const {
  for (const ThunderboltItem& item : items) {
    if (item.kind == ThunderboltItem::Kind::mac) return &item;
  }
  return nullptr;
}

bool ThunderboltBus::has_mac_behind_hub() const {
  return std::any_of(items.begin(), items.end(), [](const ThunderboltItem& item) { return holds_mac(item.behind); });
}

Outcome<std::vector<ThunderboltBus>> parse_thunderbolt(std::string_view json) {
  const Json root = Json::parse(json, nullptr, false);
  if (root.is_discarded() || !root.is_object() || !root.contains("SPThunderboltDataType") ||
      !root["SPThunderboltDataType"].is_array()) {
    return Failure{FailureKind::malformed, "system_profiler did not give a list SPThunderboltDataType",
                   shorten(json, 400)};
  }
  std::vector<ThunderboltBus> buses;
  for (const Json& bus : root["SPThunderboltDataType"]) {
    if (bus.is_object()) buses.push_back(read_bus(bus));
  }
  return buses;
}

}  // namespace exo_harness::doctor
