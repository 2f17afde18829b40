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

enum class Use { none, taken_away, mentioned, set };

bool is_of_a_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

// What a line says without its comment, and which of its characters stand in quotes.
struct Line {
  std::string_view text;
  std::vector<bool> quoted;
};

Line read_line(std::string_view text) {
  Line line{text, std::vector<bool>(text.size())};
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool begins_comment =
        c == '#' && quote == 0 && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t' || text[i - 1] == ';');
    if (begins_comment) return {text.substr(0, i), line.quoted};
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
    line.quoted[i] = quote != 0;
  }
  return line;
}

// The command that a place stands in, up to that place.
std::string_view command_before(std::string_view line, std::size_t at) {
  const std::string_view before = line.substr(0, at);
  const std::size_t begin = before.find_last_of(";&|(");
  return trim(begin == before.npos ? before : before.substr(begin + 1));
}

// `unset A NAME`, `env -u NAME`, `NAME=` without a value.
bool takes_away(std::string_view command, std::string_view after) {
  if (command.ends_with("-u") || command == "unset" || command.starts_with("unset ")) return true;
  return after.starts_with('=') && (after.size() == 1 || contains(" \t;&|)", after.substr(1, 1)) ||
                                    after.starts_with("=\"\"") || after.starts_with("=''") || after == "=\"");
}

Use use_of_variable(const Line& line, std::string_view name) {
  Use most = Use::none;
  for (std::size_t at = line.text.find(name); at != line.text.npos; at = line.text.find(name, at + 1)) {
    const std::string_view after = line.text.substr(at + name.size());
    const char before = at == 0 ? ' ' : line.text[at - 1];
    if (is_of_a_word(before) || (!after.empty() && is_of_a_word(after.front()))) continue;
    Use use = Use::mentioned;
    if (takes_away(command_before(line.text, at), after))
      use = Use::taken_away;
    else if (after.starts_with('=') && !after.starts_with("=\"\"") && !line.quoted[at])
      use = Use::set;
    else if (before == '$' || (before == '{' && (after.starts_with('}') || after.starts_with(":-"))))
      use = Use::none;  // It is read, no more.
    most = std::max(most, use);
  }
  return most;
}

// A flag, or a beginning of it that argparse takes for it, too.
Use use_of_flag(const Line& line, std::string_view name) {
  constexpr std::size_t kLeast = 6;
  Use most = Use::none;
  for (std::size_t at = line.text.find("--"); at != line.text.npos; at = line.text.find("--", at + 2)) {
    std::size_t end = at;
    while (end < line.text.size() && is_of_a_word(line.text[end])) ++end;
    const std::string_view word = line.text.substr(at, end - at);
    if ((at > 0 && is_of_a_word(line.text[at - 1])) || word.size() < kLeast || !name.starts_with(word)) continue;
    const bool is_a_pattern = end < line.text.size() && line.text[end] == ')';
    most = std::max(most, line.quoted[at] || is_a_pattern ? Use::mentioned : Use::set);
  }
  return most;
}

Use use_in(const Line& line, const Setting& setting) {
  return setting.name.starts_with("--") ? use_of_flag(line, setting.name) : use_of_variable(line, setting.name);
}

struct Found {
  Use use = Use::none;
  std::string place;
};

// Where it is set, or else mentioned; and whether the script takes it away again somewhere.
Found find(const StartSettings& settings, const Setting& setting) {
  Found found;
  bool is_taken_away = false;
  int number = 0;
  for (const std::string_view line : lines(settings.text)) {
    ++number;
    const Use use = use_in(read_line(line), setting);
    is_taken_away = is_taken_away || use == Use::taken_away;
    if (use > found.use && use >= Use::mentioned)
      found = {use, format("line {} of {}", number, settings.script.filename().string())};
  }
  for (const std::string& argument : settings.arguments) {
    if (use_in({argument, std::vector<bool>(argument.size())}, setting) == Use::set)
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

// Why the text may not be all that matters; empty: nothing says so.
std::string what_is_not_seen(const StartSettings& settings) {
  if (settings.is_cut) return "only its first MiB was read";
  if (trim(settings.text).empty()) return "it is empty";
  if (settings.text.find('\0') != std::string::npos) return "it is no text";
  for (const std::string_view line : lines(settings.text)) {
    const std::string_view text = trim(read_line(line).text);
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

std::vector<Check> check_start_settings(const StartSettings& settings, const std::vector<exo::VersionRange>& versions) {
  constexpr const char* kNeeded = "settings that this version of Exo knows and heeds";
  Checks checks;
  if (settings.script.empty()) {
    checks.add("start-settings", "cluster", Status::unknown, "not looked at: no start script was named", kNeeded);
    return checks.take();
  }
  bool is_found = false;
  for (const Setting& setting : kSettings) {
    const Found found = find(settings, setting);
    if (found.use < Use::mentioned) continue;
    const bool is_mended =
        !setting.but_not_with.empty() && find(settings, setting_called(setting.but_not_with)).use >= Use::mentioned;
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
  if (const std::string unseen = what_is_not_seen(settings); !unseen.empty()) {
    checks.add("start-settings", "cluster", Status::unknown, format("nothing that harms in {}, but {}", name, unseen),
               kNeeded);
  } else {
    checks.good("start-settings", "cluster", format("nothing that harms in {}, as far as its text shows", name),
                kNeeded);
  }
  return checks.take();
}

}  // namespace exo_harness::doctor
