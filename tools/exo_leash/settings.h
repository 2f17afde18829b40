#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace exo_leash {

/// What the harness tells its supervisor on the command line; no secrets, those travel in the environment.
struct Settings {
  int channel = -1;  ///< Descriptor of the channel.
  pid_t harness = 0;
  bool adopt = true;  ///< Whether to adopt orphans where the system can do that.
  std::filesystem::path run_folder;
  std::string run_id, lock_key;
  std::chrono::milliseconds grace{30000}, orphan_grace{10000}, heartbeat{60000}, hard_limit{0}, stop_limit{30000};
  std::vector<std::string> command, stop_command;
};

/// Reads `--name value` pairs, then `--` and the command. Fails: HarnessError that names the argument.
Settings parse_settings(const std::vector<std::string>& arguments);

}  // namespace exo_leash
