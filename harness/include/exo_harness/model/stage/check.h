#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exo_harness/exo/placement.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::model {

/// How a model is on one node, as the cluster says.
struct NodeModel {
  std::string id;
  std::string node;       ///< Friendly name, else the id.
  std::string status;     ///< `complete`, `ongoing`, `partial`, `failed`, `absent`.
  std::string directory;  ///< On that node; empty when it is not said.
  std::string revision;   ///< Empty: unknown; the API names none, see compare_with_disk.
  std::string layout;     ///< As of LocalModel; empty: not looked at on its disk.
  std::uint64_t bytes = 0;
  bool read_only = false;
  std::string error;
};

/// How a model is on the whole cluster.
struct ModelCheck {
  std::string repo;
  bool listed = false;      ///< `/models` knows it: there is a card.
  bool downloaded = false;  ///< `/models?status=downloaded` has it: complete on some node.
  std::vector<NodeModel> nodes;
  std::vector<std::string> problems;  ///< Empty: complete and alike on every node.
};

/// What can be said in a line: `complete and alike on every node` only when each node's disk was looked at, since the
/// API tells neither revisions nor damage that keeps the size.
std::string summary(const ModelCheck& check);

/// Ids of the models of which some node has something, be it a part.
std::vector<std::string> models_on_nodes(const exo::State& state);

/// Compares what the nodes have of one model. `listed` and `downloaded`: ids of `/models` and of its downloaded part.
/// Problems: a node without it, bytes that differ between nodes (another revision, or cut off), what `/models` says
/// against the nodes.
ModelCheck check_model(const std::string& repo, const exo::State& state, const std::vector<exo::ModelInfo>& listed,
                       const std::vector<exo::ModelInfo>& downloaded);

}  // namespace exo_harness::model
