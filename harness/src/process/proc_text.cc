#include "proc_text.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "exo_harness/core/text.h"

namespace exo_harness::process {
namespace {

constexpr std::size_t kStartTimeField = 19;  // Counted from the state, which is field 3 of proc(5).

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
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  const auto fields = words(text.substr(name_end + 1));
  if (fields.size() <= kStartTimeField) return std::nullopt;
  ProcessInfo info;
  info.id = {number<pid_t>(text), number<std::uint64_t>(fields[kStartTimeField])};
  info.state = fields[0].front();
  info.parent = number<pid_t>(fields[1]);
  info.group = number<pid_t>(fields[2]);
  info.session = number<pid_t>(fields[3]);
  return info;
}

std::vector<std::uint64_t> parse_listeners(std::string_view text, int port) {
  std::vector<std::uint64_t> inodes;
  for (std::string_view line : lines(text)) {
    const auto fields = words(line);
    if (fields.size() < 10 || fields[3] != "0A") continue;
    const std::size_t colon = fields[1].rfind(':');
    if (colon == std::string_view::npos || number<int>(fields[1].substr(colon + 1), 16) != port) continue;
    inodes.push_back(number<std::uint64_t>(fields[9]));
  }
  return inodes;
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
