#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::fake {

enum class Generation { v1_0_71, main, zenoh };
/// `v1.0.71`, `main`, `zenoh`.
std::string_view to_string(Generation generation);

/// Where a node's API listens, and (UDP, same number) where nodes talk to each other.
struct Address {
  std::string host;
  std::uint16_t port = 0;

  std::string text() const { return host + ":" + std::to_string(port); }
  bool operator==(const Address&) const = default;
};

/// `127.0.0.12:5000`. Fails: UsageError.
Address parse_address(const std::string& text);

/// The settings of one fake node, from its command line.
struct Options {
  Address listen{"127.0.0.1", 0};
  std::vector<Address> peers;
  std::string name = "fake";
  std::string name_space = "harness";
  std::filesystem::path log_file;     ///< Empty: no exo.log.
  std::filesystem::path port_file;    ///< Where the bound port is written; empty: nowhere.
  std::filesystem::path data_folder;  ///< Catalogue, OpenAPI paths.
  std::filesystem::path prompts;      ///< Folder of prompt files.
  std::vector<std::string> models;    ///< Model ids or folders that are staged; empty: all of the catalogue marked so.
  Generation generation = Generation::v1_0_71;
  double speed = 1;  ///< Multiplies all of Exo's times.
  std::uint64_t memory_bytes = 24'586'977'280;
  std::string rdma = "none";
  int index = 0;  ///< Which host of the RDMA scenario this node is.
  int count = 1;  ///< How many nodes the RDMA scenario has.
  std::vector<std::string> faults;
  bool ignore_sigterm = false;
  std::string bootstrap_peers;  ///< zenoh ends when it is given, the others do not need it here.
  std::string basic;            ///< What `Authorization: Basic` must hold, in base64; empty: it is not asked for.
  std::string program;          ///< argv[0], to start runners with.

  /// The API of main, which zenoh has, too.
  bool is_main() const { return generation != Generation::v1_0_71; }
  /// Its network layer: node ids, log lines, what becomes of a cluster without its master.
  bool is_zenoh() const { return generation == Generation::zenoh; }
  /// Folders of answers that a real Exo gave, beside the prompts; that of this generation first.
  std::vector<std::filesystem::path> recorded_answers() const;
  /// `seconds` of Exo's time in this fake, but at least `least`.
  std::chrono::milliseconds scaled(double seconds,
                                   std::chrono::milliseconds least = std::chrono::milliseconds(0)) const;
};

/// Fails: UsageError. `--help` prints and exits 0.
Options parse_options(int argc, char** argv);

}  // namespace exo_harness::fake
