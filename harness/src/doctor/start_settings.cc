// Reads a start script for settings that some versions of Exo end at or do not heed.
#include "exo_harness/doctor/start_settings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>

#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "checks.h"

extern char** environ;

namespace exo_harness::doctor {
namespace {

using Status = Check::Status;

struct Setting {
  std::string_view name;      // A variable, or a flag of `exo`.
  std::string_view versions;  // In which it does harm.
  bool ends_the_node;
  std::string_view why, fix;
  std::string_view but_not_with = "";  // A setting beside which it does no harm.
};

constexpr std::string_view kUnknownFlag = "the node ends at once, as it does not know the flag";
constexpr std::array<Setting, 9> kSettings{{
    {"EXO_LIBP2P_NAMESPACE", "zenoh", true, "the node ends at once (it was removed)",
     "Take the variable away; to part clusters give every node the same `--namespace NAME`, since EXO_ZENOH_NAMESPACE, "
     "which the error names, does nothing."},
    {"--bootstrap-peers", "zenoh", true, "the node ends at once (it was removed)",
     "Take it away: nodes are found by IPv6 multicast, and no address can be given."},
    {"EXO_BOOTSTRAP_PEERS", "zenoh", true, "the node ends at once (it was removed)",
     "Take it away: nodes are found by IPv6 multicast, and no address can be given."},
    {"--libp2p-port", "zenoh", true, kUnknownFlag,
     "Use `--zenoh-port` (TCP, 52414) and `--discovery-port` (UDP, 52413)."},
    {"EXO_ZENOH_NAMESPACE", "zenoh", false, "it is only logged: clusters with different values become one",
     "Give every node the same `--namespace NAME`.", "--namespace"},
    {"--namespace", "libp2p", true, kUnknownFlag, "Set EXO_LIBP2P_NAMESPACE."},
    {"--zenoh-port", "libp2p", true, kUnknownFlag, "Use `--libp2p-port`."},
    {"--discovery-port", "libp2p", true, kUnknownFlag, "Take it away: libp2p finds nodes by mDNS."},
    {"--legacy-daemon", "v1.0.71", true, kUnknownFlag, "Start the node in the background by other means."},
}};

bool is_of_a_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

// `text` up to a `#` that begins a comment of a shell or of Python.
std::string_view without_comment(std::string_view text) {
  for (std::size_t at = text.find('#'); at != text.npos; at = text.find('#', at + 1)) {
    if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\t') return text.substr(0, at);
  }
  return text;
}

// Whether a line takes the variable away, as `unset NAME` and `env -u NAME` do.
bool takes_away(std::string_view before) {
  const std::string_view trimmed = trim(before);
  return trimmed.ends_with("-u") || contains(trimmed, "unset");
}

bool sets(std::string_view line, const Setting& setting) {
  const bool is_flag = setting.name.starts_with("--");
  for (std::size_t at = line.find(setting.name); at != line.npos; at = line.find(setting.name, at + 1)) {
    const std::size_t end = at + setting.name.size();
    if (at > 0 && (is_of_a_word(line[at - 1]) || line[at - 1] == '$' || line[at - 1] == '{')) continue;
    if (end < line.size() && is_of_a_word(line[end])) continue;
    if (is_flag) return true;
    if (takes_away(line.substr(0, at))) continue;
    // `NAME=VALUE` with a value; `export NAME` hands on what stands elsewhere.
    const std::string_view value = end < line.size() && line[end] == '=' ? line.substr(end + 1) : std::string_view();
    if (!value.empty() && value.front() != ' ' && value.front() != '\n' && !value.starts_with("\"\"") &&
        !value.starts_with("''"))
      return true;
  }
  return false;
}

// Where it is set; empty: nowhere that can be seen.
std::string place_of(const StartSettings& settings, const Setting& setting) {
  if (const auto at = settings.environment.find(std::string(setting.name));
      at != settings.environment.end() && !at->second.empty())
    return "the environment of the start";
  for (const std::string& argument : settings.arguments) {
    if (sets(argument, setting)) return "the arguments of the start script";
  }
  int number = 0;
  for (const std::string_view line : lines(settings.text)) {
    ++number;
    if (sets(without_comment(line), setting))
      return format("line {} of {}", number, settings.script.filename().string());
  }
  return "";
}

const Setting& setting_called(std::string_view name) {
  return *std::find_if(kSettings.begin(), kSettings.end(), [&](const Setting& each) { return each.name == name; });
}

enum class Harm { none, of_some, of_all };

// What of those versions the setting does harm in.
Harm harm(const Setting& setting, const std::vector<exo::VersionRange>& versions) {
  const auto bad = exo::parse_versions(setting.versions).value();
  bool some = false, all = !versions.empty();
  for (const exo::VersionRange& range : versions) {
    const bool meets = std::any_of(bad.begin(), bad.end(), [&](const auto& b) { return !exo::are_apart(b, range); });
    const bool whole = std::any_of(bad.begin(), bad.end(), [&](const auto& b) { return both(b, range) == range; });
    some = some || meets;
    all = all && whole;
  }
  return all ? Harm::of_all : some ? Harm::of_some : Harm::none;
}

}  // namespace

StartSettings read_start_settings(const std::filesystem::path& script, std::vector<std::string> arguments,
                                  const std::map<std::string, std::string>& environment) {
  constexpr std::size_t kMost = 1u << 20;
  StartSettings settings{script, "", std::move(arguments), {}};
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view entry(*each);
    const std::size_t equals = entry.find('=');
    if (entry.starts_with("EXO_") && equals != entry.npos)
      settings.environment[std::string(entry.substr(0, equals))] = entry.substr(equals + 1);
  }
  for (const auto& [name, value] : environment) settings.environment[name] = value;
  if (script.empty()) return settings;
  std::ifstream in(script, std::ios::binary);
  settings.text.resize(kMost);
  in.read(settings.text.data(), static_cast<std::streamsize>(kMost));
  if (in.bad() || !in.is_open())
    throw HarnessError(format("{} cannot be read", script.string()), "check its permissions");
  settings.text.resize(static_cast<std::size_t>(in.gcount()));
  return settings;
}

std::vector<Check> check_start_settings(const StartSettings& settings, const std::vector<exo::VersionRange>& versions) {
  constexpr const char* kNeeded = "settings that this version of Exo knows and heeds";
  Checks checks;
  bool found = false;
  for (const Setting& setting : kSettings) {
    const std::string place = place_of(settings, setting);
    if (place.empty()) continue;
    const bool is_mended =
        !setting.but_not_with.empty() && !place_of(settings, setting_called(setting.but_not_with)).empty();
    const Harm harm_done = is_mended ? Harm::none : harm(setting, versions);
    if (harm_done == Harm::none) continue;
    found = true;
    const bool surely = harm_done == Harm::of_all && setting.ends_the_node;
    const std::string of_some = harm_done == Harm::of_some ? format(" in {}", setting.versions) : "";
    Check& c = checks.add("start-settings", "cluster", surely ? Status::bad : Status::warning,
                          format("{} in {}:{} {}", setting.name, place, of_some, setting.why), kNeeded);
    c.fix = setting.fix;
    if (setting.ends_the_node) c.prevents = "start-removed-option";
  }
  if (!found)
    checks.good("start-settings", "cluster",
                settings.script.empty()
                    ? "nothing that harms in the environment"
                    : format("nothing that harms in {}, as far as its text shows", settings.script.filename().string()),
                kNeeded);
  return checks.take();
}

}  // namespace exo_harness::doctor
