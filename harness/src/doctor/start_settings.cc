// Reads a start script for settings that some versions of Exo end at or do not heed.
#include "exo_harness/doctor/start_settings.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "checks.h"
#include "script_line.h"

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

struct Found {
  Use use = Use::none;
  std::string place;
};

std::vector<ScriptLine> lines_of(const StartSettings& settings) {
  std::vector<ScriptLine> all;
  for (const std::string_view line : lines(settings.text)) all.push_back(read_script_line(line));
  return all;
}

// Where it is set, or else mentioned; and whether the script takes it away again somewhere.
Found find(const StartSettings& settings, const std::vector<ScriptLine>& script, const Setting& setting) {
  Found found;
  bool is_taken_away = false;
  int number = 0;
  for (const ScriptLine& line : script) {
    ++number;
    const Use use = use_of(line, setting.name);
    is_taken_away = is_taken_away || use == Use::taken_away;
    if (use > found.use && use >= Use::mentioned)
      found = {use, format("line {} of {}", number, settings.script.filename().string())};
  }
  for (const std::string& argument : settings.arguments) {
    if (use_of({argument, std::vector<bool>(argument.size())}, setting.name) == Use::set)
      found = {Use::set, "the arguments of the start script"};
  }
  if (const auto at = settings.environment.find(std::string(setting.name));
      at != settings.environment.end() && !at->second.empty() && found.use != Use::set)
    found = {Use::set, "the environment of the start"};
  if (is_taken_away && found.use == Use::set) found.use = Use::mentioned;
  return found;
}

const Setting& setting_called(std::string_view name) {
  return *std::find_if(kSettings.begin(), kSettings.end(), [&](const Setting& each) { return each.name == name; });
}

enum class Harm { none, of_some, of_all };

// What of those versions the setting does harm in.
Harm harm(const Setting& setting, const exo::Versions& versions) {
  const exo::Versions bad = exo::parse_versions(setting.versions).value();
  const bool all = !versions.empty() && std::all_of(versions.begin(), versions.end(), [&](const auto& range) {
    return std::any_of(bad.begin(), bad.end(), [&](const auto& b) { return exo::is_within(range, b); });
  });
  return all ? Harm::of_all : exo::meet(versions, bad) ? Harm::of_some : Harm::none;
}

// Why the text may not be all that matters; empty: nothing says so.
std::string what_is_not_seen(const StartSettings& settings, const std::vector<ScriptLine>& script) {
  if (settings.is_cut) return "only its first MiB was read";
  if (trim(settings.text).empty()) return "it is empty";
  if (settings.text.find('\0') != std::string::npos) return "it is no text";
  for (const ScriptLine& line : script) {
    const std::string_view text = trim(line.text);
    for (const std::string_view word : {". ", "source "}) {
      if (text.starts_with(word) || contains(text, "; " + std::string(word)))
        return format("it reads another file, which was not looked at: {}", shorten(printable(text), 80));
    }
  }
  return "";
}

}  // namespace

StartSettings read_start_settings(const std::filesystem::path& script, std::vector<std::string> arguments,
                                  const std::map<std::string, std::string>& environment) {
  constexpr std::size_t kMost = 1u << 20;
  StartSettings settings{script, "", std::move(arguments), {}, false};
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string_view entry(*each);
    const std::size_t equals = entry.find('=');
    if (entry.starts_with("EXO_") && equals != entry.npos)
      settings.environment[std::string(entry.substr(0, equals))] = entry.substr(equals + 1);
  }
  for (const auto& [name, value] : environment) settings.environment[name] = value;
  if (script.empty()) return settings;
  std::error_code error;
  if (!std::filesystem::is_regular_file(script, error))
    throw HarnessError(format("{} is no file that can be read", script.string()), "name the start script itself");
  std::ifstream in(script, std::ios::binary);
  settings.text.resize(kMost);
  in.read(settings.text.data(), static_cast<std::streamsize>(kMost));
  if (in.bad() || !in.is_open())
    throw HarnessError(format("{} cannot be read", script.string()), "check its permissions");
  settings.text.resize(static_cast<std::size_t>(in.gcount()));
  settings.is_cut = settings.text.size() == kMost && in.peek() != std::ifstream::traits_type::eof();
  return settings;
}

std::vector<Check> check_start_settings(const StartSettings& settings, const exo::Versions& versions) {
  constexpr const char* kNeeded = "settings that this version of Exo knows and heeds";
  Checks checks;
  if (settings.script.empty()) {
    checks.add("start-settings", "cluster", Status::unknown, "not looked at: no start script was named", kNeeded);
    return checks.take();
  }
  const std::vector<ScriptLine> script = lines_of(settings);
  bool is_found = false;
  for (const Setting& setting : kSettings) {
    const Found found = find(settings, script, setting);
    if (found.use < Use::mentioned) continue;
    const bool is_mended = !setting.but_not_with.empty() &&
                           find(settings, script, setting_called(setting.but_not_with)).use >= Use::mentioned;
    const Harm harm_done = is_mended ? Harm::none : harm(setting, versions);
    if (harm_done == Harm::none) continue;
    is_found = true;
    const bool surely = harm_done == Harm::of_all && setting.ends_the_node && found.use == Use::set;
    const std::string doubt = found.use == Use::mentioned ? " stands there, and may be set:" : "";
    const std::string of_some = harm_done == Harm::of_some ? format(" in {}", setting.versions) : "";
    Check& c = checks.add("start-settings", "cluster", surely ? Status::bad : Status::warning,
                          format("{} in {}:{}{} {}", setting.name, found.place, doubt, of_some, setting.why), kNeeded);
    c.fix = setting.fix;
    if (setting.ends_the_node) c.prevents = "start-removed-option";
  }
  if (is_found) return checks.take();
  const std::string name = settings.script.filename().string();
  if (const std::string unseen = what_is_not_seen(settings, script); !unseen.empty()) {
    checks.add("start-settings", "cluster", Status::unknown, format("nothing that harms in {}, but {}", name, unseen),
               kNeeded);
  } else {
    checks.good("start-settings", "cluster", format("nothing that harms in {}, as far as its text shows", name),
                kNeeded);
  }
  return checks.take();
}

}  // namespace exo_harness::doctor
