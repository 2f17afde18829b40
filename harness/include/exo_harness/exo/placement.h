#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/exo/mode.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::exo {

/// A request to put a model on nodes. `min_nodes` is a minimum: Exo takes the smallest cycle that fits (contract 4).
struct PlacementRequest {
  std::string model_id;
  Sharding sharding = Sharding::pipeline;
  Comm comm = Comm::mlx_ring;
  int min_nodes = 1;
};

/// What Exo answers to a placement, a chat deletion and the like: only that the command was received.
struct CommandReply {
  std::string command_id, message, instance_id;
};

/// One row of `/instance/previews`. The labels lie for one node: trust `instance`.
struct Preview {
  std::string model_id;
  std::string sharding, comm;  ///< Labels as Exo wrote them.
  std::optional<Instance> instance;
  std::map<std::string, std::uint64_t> memory_delta_by_node;  ///< Bytes.
  std::string error;
};

/// An entry of `/models`: what the card says, not what the files say.
struct ModelInfo {
  std::string id, name, hugging_face_id, family, quantization, base_model;
  std::uint64_t context_length = 0, storage_megabytes = 0;
  bool supports_tensor = false, is_custom = false;
  std::vector<std::string> tasks, capabilities, tags;
};

void PrintTo(const PlacementRequest& request, std::ostream* os);
void PrintTo(const Preview& preview, std::ostream* os);

}  // namespace exo_harness::exo
