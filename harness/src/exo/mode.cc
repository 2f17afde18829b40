#include "exo_harness/exo/mode.h"

#include <ostream>

#include "exo_harness/core/format.h"
#include "exo_harness/core/number.h"
#include "exo_harness/core/text.h"

namespace exo_harness::exo {

namespace {

std::optional<int> parse_count(std::string_view text) {
  const auto value = whole_number<int>(text);
  return value && *value >= 1 ? value : std::nullopt;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

}  // namespace

std::string_view to_string(Generation generation) {
  switch (generation) {
    case Generation::v1_0_71:
      return "v1.0.71";
    case Generation::main:
      return "main";
    case Generation::zenoh:
      return "zenoh";
    case Generation::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(Sharding sharding) {
  return sharding == Sharding::pipeline ? "Pipeline" : "Tensor";
}

std::string_view to_string(Comm comm) {
  return comm == Comm::mlx_ring ? "MlxRing" : "MlxJaccl";
}

std::optional<Generation> parse_generation(std::string_view text) {
  for (const Generation g : {Generation::v1_0_71, Generation::main, Generation::zenoh, Generation::unknown}) {
    if (text == to_string(g)) return g;
  }
  return std::nullopt;
}

std::optional<Sharding> parse_sharding(std::string_view text) {
  if (text == "Pipeline") return Sharding::pipeline;
  if (text == "Tensor") return Sharding::tensor;
  return std::nullopt;
}

std::optional<Comm> parse_comm(std::string_view text) {
  if (text == "MlxRing") return Comm::mlx_ring;
  if (text == "MlxJaccl") return Comm::mlx_jaccl;
  return std::nullopt;
}

std::string to_string(const Mode& mode) {
  return format("{}/{}/{}", to_string(mode.sharding), to_string(mode.comm), mode.world_size);
}

std::string short_name(const Mode& mode) {
  if (mode == Mode{}) return "single";
  return format("{}{}-{}", mode.sharding == Sharding::pipeline ? "pipeline" : "tensor",
                mode.comm == Comm::mlx_jaccl ? "-jaccl" : "", mode.world_size);
}

std::optional<Mode> parse_short_name(std::string_view name) {
  Mode mode;
  if (name == "single") return mode;
  if (take_prefix(name, "tensor-")) {
    mode.sharding = Sharding::tensor;
  } else if (!take_prefix(name, "pipeline-")) {
    return std::nullopt;
  }
  if (take_prefix(name, "jaccl-")) mode.comm = Comm::mlx_jaccl;
  const auto count = parse_count(name);
  if (!count) return std::nullopt;
  mode.world_size = *count;
  return mode;
}

void PrintTo(const Mode& mode, std::ostream* os) {
  *os << to_string(mode);
}

}  // namespace exo_harness::exo
