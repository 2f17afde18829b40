#pragma once

#include <string>
#include <vector>

#include "exo_reports/run_record.h"

namespace exo_reports {

/// A connection of two nodes, both ways taken together.
struct Link {
  std::size_t from = 0, to = 0;  ///< Places in `RunRecord::nodes`.
  std::string kind;              ///< socket, rdma.
  bool there = false, back = false;
  std::vector<std::string> details;
};

/// The edges of a run as links; edges of unknown nodes are left out.
std::vector<Link> links_of(const RunRecord& run);

/// `studio-1 and studio-2: rdma, both ways`.
std::string in_words(const Link& link, const RunRecord& run);
/// Name or id of a node.
std::string node_name(const exo_harness::journal::NodeSeen& node);
/// Name of the node with that id; else the id.
std::string node_name(const RunRecord& run, const std::string& id);

/// The picture: nodes with their memory, links by kind. Whole SVG element, escaped, with title and description.
std::string topology_svg(const RunRecord& run);

}  // namespace exo_reports
