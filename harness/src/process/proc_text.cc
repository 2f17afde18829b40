#include "proc_text.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "exo_harness/core/text.h"

namespace exo_harness::process {
namespace {

constexpr std::size_t kUserTimeField = 11, kSystemTimeField = 12,
                      kStartTimeField = 19;  // Counted from the state, which is field 3 of proc(5).

template <class T>
T number(std::string_view text, int base = 10) {
  T value{};
  std::from_chars(text.data(), text.data() + text.size(), value, base);
  return value;
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> found;
  for (std::string_view word : split(line, ' ')) {
    if (!word.empty()) found.push_back(word);
  }
  return found;
}

// A name may hold blanks and parentheses: it ends with the last one.
struct Stat {
  std::string_view name;
  std::vector<std::string_view> fields;  // From the state on; empty: no such text.
};

Stat split_stat(std::string_view text) {
  const std::size_t begin = text.find('('), end = text.rfind(')');
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  return {text.substr(begin + 1, end - begin - 1), words(text.substr(end + 1))};
}

// `1:02:03.45`, `02:03` or `3-04:05:06` of ps, in seconds.
double seconds_of(std::string_view text) {
  double days = 0;
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    days = std::strtod(std::string(text.substr(0, dash)).c_str(), nullptr);
    text.remove_prefix(dash + 1);
  }
  double seconds = 0;
  for (const std::string_view part : split(text, ':'))
    seconds = seconds * 60 + std::strtod(std::string(part).c_str(), nullptr);
  return days * 86400 + seconds;
}

std::size_t skip_string(std::string_view text, std::size_t at) {
  const std::size_t end = text.find('\0', at);
  return end == std::string_view::npos ? text.size() : end + 1;
}

struct Procargs {
  std::string_view arguments, environment;
};

Procargs split_procargs(std::string_view answer) {
  int argc = 0;
  if (answer.size() < sizeof argc) return {};
  std::memcpy(&argc, answer.data(), sizeof argc);
  std::size_t at = skip_string(answer, sizeof argc);
  while (at < answer.size() && answer[at] == '\0') ++at;
  const std::size_t begin = at;
  for (int i = 0; i < argc && at < answer.size(); ++i) at = skip_string(answer, at);
  return {answer.substr(begin, at - begin), answer.substr(at)};
}

}  // namespace

std::optional<ProcessInfo> parse_stat(std::string_view text) {
  const auto fields = split_stat(text).fields;
  if (fields.size() <= kStartTimeField) return std::nullopt;
  ProcessInfo info;
  info.id = {number<pid_t>(text), number<std::uint64_t>(fields[kStartTimeField])};
  info.state = fields[0].front();
  info.parent = number<pid_t>(fields[1]);
  info.group = number<pid_t>(fields[2]);
  info.session = number<pid_t>(fields[3]);
  return info;
}

ProcessTimes parse_times(std::string_view text, long ticks_per_second) {
  ProcessTimes times;
  const auto [name, fields] = split_stat(text);
  if (fields.size() <= kSystemTimeField) return times;
  times.command = name;
  times.state = fields[0].front();
  const auto ticks = number<std::uint64_t>(fields[kUserTimeField]) + number<std::uint64_t>(fields[kSystemTimeField]);
  times.cpu_seconds = static_cast<double>(ticks) / static_cast<double>(std::max(1L, ticks_per_second));
  return times;
}

ProcessTimes parse_ps_line(std::string_view text) {
  ProcessTimes times;
  const auto fields = words(trim(text));
  if (fields.size() < 2) return times;
  times.state = fields[0].front() == 'U' ? 'D' : fields[0].front();
  times.cpu_seconds = seconds_of(fields[1]);
  if (fields.size() > 2) times.command = trim(text.substr(static_cast<std::size_t>(fields[2].data() - text.data())));
  return times;
}

std::vector<Listener> parse_listeners(std::string_view text, int port) {
  std::vector<Listener> listeners;
  for (std::string_view line : lines(text)) {
    const auto fields = words(line);
    if (fields.size() < 10 || fields[3] != "0A") continue;
    const std::size_t colon = fields[1].rfind(':');
    if (colon == std::string_view::npos || number<int>(fields[1].substr(colon + 1), 16) != port) continue;
    listeners.push_back({std::string(fields[1].substr(0, colon)), number<std::uint64_t>(fields[9])});
  }
  return listeners;
}

bool holds_assignment(std::string_view block, std::string_view assignment) {
  const std::vector<std::string> strings = strings_of(block);
  return std::find(strings.begin(), strings.end(), assignment) != strings.end();
}

std::vector<std::string> strings_of(std::string_view block) {
  std::vector<std::string> strings;
  for (std::size_t at = 0; at < block.size(); at = skip_string(block, at)) {
    const std::string_view rest = block.substr(at);
    strings.emplace_back(rest.substr(0, rest.find('\0')));
  }
  return strings;
}

std::string_view environment_of_procargs(std::string_view answer) {
  return split_procargs(answer).environment;
}

std::string arguments_of_procargs(std::string_view answer) {
  std::string arguments(split_procargs(answer).arguments);
  std::replace(arguments.begin(), arguments.end(), '\0', ' ');
  return arguments.substr(0, arguments.find_last_not_of(' ') + 1);
}

}  // namespace exo_harness::process
