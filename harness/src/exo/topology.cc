#include "readers.h"

namespace exo_harness::exo {

Edge read_edge(const Node& node, Unknown& unknown) {
  Edge edge;
  if (const auto address = node.find("sinkMultiaddr")) {
    note_unknown(node, {"sinkMultiaddr"}, unknown);
    edge.kind = Edge::Kind::socket;
    edge.address = address->text_or_empty("address");
    edge.ip = address->text_or_empty("ipAddress");
    edge.port = address->number_or_zero("port");
  } else if (node.find("sourceRdmaIface")) {
    note_unknown(node, {"sourceRdmaIface", "sinkRdmaIface"}, unknown);
    edge.kind = Edge::Kind::rdma;
    edge.source_iface = node.at("sourceRdmaIface").text();
    edge.sink_iface = node.at("sinkRdmaIface").text();
  } else {
    unknown.push_back(node.pointer());
  }
  return edge;
}

}  // namespace exo_harness::exo
