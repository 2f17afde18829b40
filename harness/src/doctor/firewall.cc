#include "exo_harness/doctor/firewall.h"

#include <algorithm>
#include <cctype>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "checks.h"

namespace exo_harness::doctor {
namespace {

using State = Firewall::State;

constexpr const char* kAlf = "/usr/libexec/ApplicationFirewall/socketfilterfw";

std::string sanitized_line(std::string_view text) {
  return shorten(printable(first_line(text)), 160);
}

bool has_number(std::string_view text, int number) {
  const std::string digits = std::to_string(number);
  for (std::size_t at = text.find(digits); at != std::string_view::npos; at = text.find(digits, at + 1)) {
    const std::size_t end = at + digits.size();
    const bool starts = at == 0 || std::isdigit(static_cast<unsigned char>(text[at - 1])) == 0;
    const bool ends = end == text.size() || std::isdigit(static_cast<unsigned char>(text[end])) == 0;
    if (starts && ends) return true;
  }
  return false;
}

bool is_of_exo(std::string_view path) {
  const std::string name = to_lower(path.substr(path.rfind('/') + 1));
  return name == "exo" || name == "exo.app" || name.starts_with("python");
}

Firewall alf(const RunCommand& run) {
  const CommandAnswer state = run({kAlf, "--getglobalstate"});
  Firewall firewall = parse_alf_state(state.out);
  if (!state.found) firewall.says = "there is no socketfilterfw";
  if (firewall.state != State::on) return firewall;
  for (const std::string& path : parse_alf_blocked(run({kAlf, "--listapps"}).out)) {
    if (!is_of_exo(path)) continue;
    firewall.state = State::closed;
    firewall.says = "blocks " + path;
  }
  return firewall;
}

}  // namespace

Firewall parse_alf_state(std::string_view text) {
  Firewall firewall{State::unknown, "Application Firewall", sanitized_line(text)};
  if (contains(text, "(State = 2)") || contains(text, "blocking all")) {
    firewall.state = State::block_all;
  } else if (contains(text, "(State = 1)")) {
    firewall.state = State::on;
  } else if (contains(text, "(State = 0)")) {
    firewall.state = State::off;
  }
  return firewall;
}

std::vector<std::string> parse_alf_blocked(std::string_view text) {
  std::vector<std::string> blocked;
  std::string path;
  for (const std::string_view raw : lines(text)) {
    const std::string_view line = trim(raw);
    const std::size_t colon = line.find(" :");
    if (colon != std::string_view::npos && colon > 0 && std::isdigit(static_cast<unsigned char>(line[0])) != 0)
      path = trim(line.substr(colon + 2));
    if (contains(line, "Block incoming connections") && !path.empty()) blocked.push_back(path);
  }
  return blocked;
}

Firewall parse_ufw(std::string_view out, std::string_view err, int port) {
  Firewall firewall{State::unknown, "ufw", sanitized_line(out.empty() ? err : out)};
  if (contains(out, "Status: inactive")) firewall.state = State::off;
  if (!contains(out, "Status: active")) return firewall;
  firewall.state = State::on;
  for (const std::string_view raw : lines(out)) {
    const std::string_view line = trim(raw);
    if (!has_number(line.substr(0, line.find(' ')), port)) continue;
    const bool lets_in = contains(line, "ALLOW") || contains(line, "LIMIT");
    firewall.state = lets_in ? State::open : State::closed;
    firewall.says = sanitized_line(line);
    break;  // ufw takes the first rule that fits
  }
  return firewall;
}

Firewall parse_nft(std::string_view out, std::string_view err, int port) {
  Firewall firewall{State::unknown, "nft", sanitized_line(err)};
  if (trim(out).empty()) return firewall;  // Without rules, or not root: nft says nothing in both cases but for `err`.
  firewall = {State::off, "nft", "no chain drops what comes in"};
  bool input = false;
  for (const std::string_view raw : lines(out)) {
    const std::string_view line = trim(raw);
    if (line.starts_with("chain ")) input = false;
    input = input || contains(line, "hook input");
    if (!input) continue;
    if (contains(line, "policy drop") && firewall.state == State::off)
      firewall = {State::on, "nft", "drops what no rule accepts, and no rule names the port"};
    if (!contains(line, "dport") || !has_number(line, port)) continue;
    const bool refuses = contains(line, " drop") || contains(line, " reject");
    if (refuses || contains(line, " accept"))
      return {refuses ? State::closed : State::open, "nft", sanitized_line(line)};
  }
  return firewall;
}

Firewall gather_firewall(const RunCommand& run, bool is_mac, int port) {
  if (is_mac) return alf(run);
  const CommandAnswer ufw = run({"ufw", "status"});
  Firewall firewall = parse_ufw(ufw.out, ufw.err, port);
  if (ufw.found && firewall.state != State::unknown && firewall.state != State::off) return firewall;
  const CommandAnswer nft = run({"nft", "list", "ruleset"});
  if (nft.found) return parse_nft(nft.out, nft.err, port);
  if (!ufw.found) firewall = {State::unknown, "", "neither ufw nor nft is in PATH"};
  return firewall;
}

std::vector<Check> check_firewall(const Firewall& firewall, int port) {
  using Status = Check::Status;
  const bool lets_in = firewall.state == State::off || firewall.state == State::open;
  const bool known = firewall.state != State::unknown;
  const std::string says = firewall.says.empty() ? "it said nothing" : firewall.says;
  const std::string seen =
      (known ? "" : "not looked at: ") + (firewall.tool.empty() ? "" : firewall.tool + ": ") + says;
  Checks checks;
  Check& c = checks.add("firewall", "this machine",
                        !known    ? Status::unknown
                        : lets_in ? Status::good
                                  : Status::warning,
                        seen, format("other nodes reach TCP {} and Exo's own ports here", port));
  c.fix = !known ? format("Try it from another node: `curl http://THIS:{}/node_id`; ufw and nft tell root only.", port)
          : firewall.tool == "Application Firewall"
              ? "System Settings, Network, Firewall, Options: let EXO and python take incoming connections, and do not "
                "block all."
              : format(
                    "Let the other nodes in, such as `sudo ufw allow from 10.0.0.0/24`; then `curl "
                    "http://THIS:{}/node_id` from each.",
                    port);
  c.prevents = "discovery-peer-unreachable";
  return checks.take();
}

}  // namespace exo_harness::doctor
