#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "exo_harness/doctor/commands.h"
#include "exo_harness/doctor/mac_tools.h"
#include "exo_harness/exo/state.h"

namespace exo_harness::doctor {

/// One thing that must be true, and whether it is.
struct Check {
  enum class Status { good, warning, bad, unknown, not_needed };
  std::string id;    ///< `rdma-enabled`.
  std::string node;  ///< Friendly name or id; `cluster`, `this machine`.
  Status status = Status::unknown;
  std::string seen, needed, fix;
  std::string prevents;    ///< The failure it prevents: id of a signature, or words.
  bool for_jaccl = false;  ///< Only tensor parallelism over JACCL needs it.
};
std::string_view to_string(Check::Status status);

/// What the doctor is asked.
struct Question {
  int nodes = 0;                  ///< How many nodes the cluster must have; 0: as many as there are.
  bool jaccl = true;              ///< Whether JACCL must be possible.
  std::uint64_t model_bytes = 0;  ///< What must fit; 0: no model in mind.
  std::string now_utc;            ///< For the age of `lastSeen`; empty: not looked at.
  int apart = 0;                  ///< Nodes that answer at an address of their own, and are not in this cluster.
};

/// What the API of a cluster shows of its fitness (rdma contract 7, first column).
std::vector<Check> check_state(const exo::State& state, const Question& question);

/// Whether a JACCL instance names one cable for each pair: row i, column j and row j, column i must be ends of one
/// edge.
std::vector<Check> check_matrix(const exo::Instance& instance, const exo::State& state);

/// What the commands of this machine say. Members that could not be asked are empty.
struct LocalFacts {
  bool is_mac = false;
  std::string os, chip;
  std::optional<bool> rdma_ctl;
  bool rdma_ctl_found = false, ibv_hung = false;
  std::vector<RdmaDevice> devices;
  std::vector<RdmaPort> ports;
  std::vector<ThunderboltBus> buses;
  std::vector<HardwarePort> hardware_ports;
  std::vector<NetworkService> services;
  std::map<std::string, Interface> interfaces;  ///< bridge0 and the device of each Thunderbolt port.
  MacVersion version;
  int sleep_minutes = -1;
  std::optional<LaunchDaemon> network_daemon;  ///< `io.exo.networksetup` of the EXO app; nullopt: not known.
  std::vector<std::string> trouble;            ///< Commands that did not end or did not answer as expected.
};

/// Asks this machine. Each command has the limit that `run` gives it; nothing here hangs.
LocalFacts gather_local(const RunCommand& run, bool is_mac);
/// The checks of rdma contract 1 on them. `planned`: devices that a placement names (`rdma_en4`); empty: those in use.
std::vector<Check> check_local(const LocalFacts& facts, const std::vector<std::string>& planned);

/// Things of any machine: time zone, disk, memory, whose the API port is.
struct MachineFacts {
  std::string time_zone;
  std::uint64_t disk_available = 0, memory_available = 0;  ///< Bytes.
  bool port_taken = false;
  std::string port_owner;  ///< As far as known.
};
MachineFacts gather_machine(int api_port);
std::vector<Check> check_machine(const MachineFacts& facts, bool cluster_expected_up);

/// Whether JACCL is possible as far as these checks go, and if not, why: `JACCL not possible here: …`. Empty: it is.
std::string why_no_jaccl(const std::vector<Check>& checks);
/// Whether no check is bad. JACCL's own count only when asked for.
bool is_fit(const std::vector<Check>& checks, bool jaccl);

/// A table for people, one block a node, the bad ones first in it.
std::string human_table(const std::vector<Check>& checks);
/// The same for scripts: a JSON array of objects.
std::string to_json(const std::vector<Check>& checks);

}  // namespace exo_harness::doctor
