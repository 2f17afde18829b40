#include "settings.h"

#include <cstdlib>
#include <functional>
#include <map>

#include "exo_harness/core/error.h"

namespace exo_leash {
namespace {

std::chrono::milliseconds ms(const std::string& text) {
  return std::chrono::milliseconds(std::strtoll(text.c_str(), nullptr, 10));
}

using Setters = std::map<std::string, std::function<void(const std::string&)>>;

Setters setters_of(Settings& s) {
  return {{"--channel", [&s](const std::string& v) { s.channel = std::atoi(v.c_str()); }},
          {"--harness", [&s](const std::string& v) { s.harness = std::atoi(v.c_str()); }},
          {"--adopt", [&s](const std::string& v) { s.adopt = v != "0"; }},
          {"--run-folder", [&s](const std::string& v) { s.run_folder = v; }},
          {"--run-id", [&s](const std::string& v) { s.run_id = v; }},
          {"--lock-key", [&s](const std::string& v) { s.lock_key = v; }},
          {"--grace-ms", [&s](const std::string& v) { s.grace = ms(v); }},
          {"--orphan-grace-ms", [&s](const std::string& v) { s.orphan_grace = ms(v); }},
          {"--heartbeat-ms", [&s](const std::string& v) { s.heartbeat = ms(v); }},
          {"--hard-limit-ms", [&s](const std::string& v) { s.hard_limit = ms(v); }},
          {"--stop-limit-ms", [&s](const std::string& v) { s.stop_limit = ms(v); }},
          {"--stop", [&s](const std::string& v) { s.stop_command.push_back(v); }}};
}

}  // namespace

Settings parse_settings(const std::vector<std::string>& arguments) {
  Settings settings;
  const Setters setters = setters_of(settings);
  const char* advice = "exo-leash is started by exo-harness, not by hand";
  std::size_t at = 0;
  for (; at < arguments.size() && arguments[at] != "--"; at += 2) {
    const auto setter = setters.find(arguments[at]);
    if (setter == setters.end() || at + 1 == arguments.size()) {
      throw exo_harness::UsageError("unknown or incomplete argument " + arguments[at], advice);
    }
    setter->second(arguments[at + 1]);
  }
  for (++at; at < arguments.size(); ++at) settings.command.push_back(arguments[at]);
  if (settings.channel < 0 || settings.run_folder.empty() || settings.run_id.empty() || settings.command.empty()) {
    throw exo_harness::UsageError("expected --channel, --run-folder, --run-id and a command", advice);
  }
  return settings;
}

}  // namespace exo_leash
