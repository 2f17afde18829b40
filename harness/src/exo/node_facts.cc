#include <array>

#include "readers.h"

namespace exo_harness::exo {

namespace {

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

void read_rdma_ctl(NodeFacts& facts, const Node& value, Unknown& unknown) {
  note_unknown(value, {"enabled"}, unknown);
  facts.rdma_enabled = value.at("enabled").flag();
}

void read_disk(NodeFacts& facts, const Node& value, Unknown& unknown) {
  note_unknown(value, {"total", "available"}, unknown);
  facts.disk_total = value.bytes_or_zero("total");
  facts.disk_available = value.bytes_or_zero("available");
}

void read_last_seen(NodeFacts& facts, const Node& value, Unknown&) {
  facts.last_seen = value.text();
}

void read_backends(NodeFacts& facts, const Node& value, Unknown&) {
  facts.backends = value.texts();
}

constexpr std::array<std::pair<std::string_view, ReadFacts>, 9> kReaders{{{"lastSeen", read_last_seen},
                                                                          {"nodeMemory", read_memory},
                                                                          {"nodeIdentities", read_identity},
                                                                          {"nodeNetwork", read_interfaces},
                                                                          {"nodeThunderbolt", read_thunderbolt},
                                                                          {"nodeThunderboltBridge", read_bridge},
                                                                          {"nodeRdmaCtl", read_rdma_ctl},
                                                                          {"nodeBackends", read_backends},
                                                                          {"nodeDisk", read_disk}}};

}  // namespace

ReadFacts reader_of_facts(std::string_view key) {
  for (const auto& [name, read] : kReaders) {
    if (name == key) return read;
  }
  return nullptr;
}

}  // namespace exo_harness::exo
