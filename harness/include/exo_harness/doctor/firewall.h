#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/doctor/commands.h"
#include "exo_harness/doctor/doctor.h"

namespace exo_harness::doctor {

/// What a packet or application filter of this machine says about what comes in.
struct Firewall {
  enum class State {
    unknown,    ///< Not looked at, or not allowed to.
    off,        ///< Lets everything in.
    on,         ///< Filters; whether Exo gets through is not said.
    open,       ///< Filters, and lets Exo in.
    closed,     ///< Refuses Exo by name or port.
    block_all,  ///< Refuses all that comes in.
  };
  State state = State::unknown;
  std::string tool;  ///< `Application Firewall`, `ufw`, `nft`.
  std::string says;  ///< The line that decided, or why it is unknown.
};

/// `socketfilterfw --getglobalstate` of macOS: states 0, 1 and 2. Anything else (such as the words of a managed Mac):
/// unknown.
Firewall parse_alf_state(std::string_view text);
/// Programs of `socketfilterfw --listapps` that may not take connections, as paths.
std::vector<std::string> parse_alf_blocked(std::string_view text);
/// `ufw status`; `out` is empty and `err` says so for those who are not root.
Firewall parse_ufw(std::string_view out, std::string_view err, int port);
/// `nft list ruleset`. Reads only chains at the input hook, and rules that name the port; it is a hint, not a proof.
Firewall parse_nft(std::string_view out, std::string_view err, int port);

/// Asks the filters of this machine about a TCP port. Changes nothing.
Firewall gather_firewall(const RunCommand& run, bool is_mac, int port);
/// At most a warning: this machine need not be a node, and a rule may say more than is read here.
std::vector<Check> check_firewall(const Firewall& firewall, int port);

}  // namespace exo_harness::doctor
