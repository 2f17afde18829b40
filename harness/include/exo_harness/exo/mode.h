#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

namespace exo_harness::exo {

/// The API of a recorded version (fixtures/recordings): v1.0.71, main as it was before zenoh (v1.0.71+41), zenoh
/// (v1.0.71+44). What a node is, is a range of versions (exo/version.h). `unknown`: read tolerantly and say so.
enum class Generation { v1_0_71, main, zenoh, unknown };
enum class Sharding { pipeline, tensor };
enum class Comm { mlx_ring, mlx_jaccl };

/// `v1.0.71`, `main`, `zenoh`, `unknown`: the words of journals and options.
std::string_view to_string(Generation generation);
/// `Pipeline`, `Tensor`: Exo's own words, as they stand in requests.
std::string_view to_string(Sharding sharding);
/// `MlxRing`, `MlxJaccl`.
std::string_view to_string(Comm comm);
std::optional<Generation> parse_generation(std::string_view text);
std::optional<Sharding> parse_sharding(std::string_view text);
std::optional<Comm> parse_comm(std::string_view text);

/// What an instance is: asked for, predicted, or proven from state.
struct Mode {
  Sharding sharding = Sharding::pipeline;
  Comm comm = Comm::mlx_ring;
  int world_size = 1;
  friend bool operator==(const Mode&, const Mode&) = default;
};

/// `Tensor/MlxJaccl/2`.
std::string to_string(const Mode& mode);
/// A short name of letters, digits and `-` for commands and tests: `single`, `pipeline-2`, `tensor-2`,
/// `pipeline-jaccl-2`, `tensor-jaccl-2`.
std::string short_name(const Mode& mode);
/// The mode of such a short name; nothing when it is not one.
std::optional<Mode> parse_short_name(std::string_view name);
void PrintTo(const Mode& mode, std::ostream* os);

}  // namespace exo_harness::exo
