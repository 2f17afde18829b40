#include "readers.h"

namespace exo_harness::exo {

namespace {

/// Calls `read(facts, value)` for each node of the member `key`, when the state has it.
template <class Read>
void each_node(const Node& root, std::string_view key, State& state, Read read) {
  const auto map = root.find(key);
  if (!map) return;
  for (const auto& [id, value] : map->entries()) {
    NodeFacts& facts = state.facts[id];
    facts.id = id;
    if (!value.json().is_null()) read(facts, value);
  }
}

void read_memory(NodeFacts& facts, const Node& value, Unknown& unknown) {
  note_unknown(value, {"ramTotal", "ramAvailable", "swapTotal", "swapAvailable"}, unknown);
  facts.memory = Memory{value.at("ramTotal").bytes(), value.at("ramAvailable").bytes(),
                        value.bytes_or_zero("swapTotal"), value.bytes_or_zero("swapAvailable")};
}

void read_identity(NodeFacts& facts, const Node& value, Unknown& unknown) {
  note_unknown(value, {"modelId", "chipId", "friendlyName", "osVersion", "osBuildVersion"}, unknown);
  facts.identity =
      Identity{value.text_or_empty("modelId"), value.text_or_empty("chipId"), value.text_or_empty("friendlyName"),
               value.text_or_empty("osVersion"), value.text_or_empty("osBuildVersion")};
}

void read_interfaces(NodeFacts& facts, const Node& value, Unknown& unknown) {
  note_unknown(value, {"interfaces"}, unknown);
  for (const Node& item : value.at("interfaces").items()) {
    note_unknown(item, {"name", "ipAddress", "interfaceType"}, unknown);
    facts.interfaces.push_back(
        {item.text_or_empty("name"), item.text_or_empty("ipAddress"), item.text_or_empty("interfaceType")});
  }
}

void read_thunderbolt(NodeFacts& facts, const Node& value, Unknown& unknown) {
  note_unknown(value, {"interfaces"}, unknown);
  for (const Node& item : value.at("interfaces").items()) {
    note_unknown(item, {"rdmaInterface", "domainUuid", "linkSpeed"}, unknown);
    facts.thunderbolt.push_back(
        {item.text_or_empty("rdmaInterface"), item.text_or_empty("domainUuid"), item.text_or_empty("linkSpeed")});
  }
}

void read_bridge(NodeFacts& facts, const Node& value, Unknown& unknown) {
  note_unknown(value, {"enabled", "exists", "serviceName"}, unknown);
  facts.bridge = ThunderboltBridge{value.flag_or("enabled", false), value.flag_or("exists", false),
                                   value.text_or_empty("serviceName")};
}

}  // namespace

void read_node_facts(const Node& root, State& state) {
  Unknown& unknown = state.unknown;
  each_node(root, "lastSeen", state, [](NodeFacts& f, const Node& v) { f.last_seen = v.text(); });
  each_node(root, "nodeMemory", state, [&](NodeFacts& f, const Node& v) { read_memory(f, v, unknown); });
  each_node(root, "nodeIdentities", state, [&](NodeFacts& f, const Node& v) { read_identity(f, v, unknown); });
  each_node(root, "nodeNetwork", state, [&](NodeFacts& f, const Node& v) { read_interfaces(f, v, unknown); });
  each_node(root, "nodeThunderbolt", state, [&](NodeFacts& f, const Node& v) { read_thunderbolt(f, v, unknown); });
  each_node(root, "nodeThunderboltBridge", state, [&](NodeFacts& f, const Node& v) { read_bridge(f, v, unknown); });
  each_node(root, "nodeRdmaCtl", state, [&](NodeFacts& f, const Node& v) {
    note_unknown(v, {"enabled"}, unknown);
    f.rdma_enabled = v.at("enabled").flag();
  });
  each_node(root, "nodeBackends", state, [](NodeFacts& f, const Node& v) { f.backends = v.texts(); });
  each_node(root, "nodeDisk", state, [&](NodeFacts& f, const Node& v) {
    note_unknown(v, {"total", "available"}, unknown);
    f.disk_total = v.bytes_or_zero("total");
    f.disk_available = v.bytes_or_zero("available");
  });
}

}  // namespace exo_harness::exo
