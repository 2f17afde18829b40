#include "command_secret.h"

#include <algorithm>

#include "exo_harness/core/text.h"

namespace exo_harness {
namespace {

constexpr std::size_t kReach = 512;  // Of a look: no password and no command line before it is longer.

// The word behind `at`, as a shell or a list of arguments writes it.
Span next_word(std::string_view text, std::size_t at) {
  text = text.substr(0, at + kReach);
  while (at < text.size() && contains(" \"',=", text.substr(at, 1))) ++at;
  std::size_t end = at;
  while (end < text.size() && !is_space(text[end]) && !contains("\"',", text.substr(end, 1))) ++end;
  return {at, end};
}

std::optional<Span> unless_marked(std::string_view text, Span span) {
  if (span.end == span.begin || text.substr(span.begin, span.end - span.begin) == kMark) return std::nullopt;
  return span;
}

}  // namespace

std::optional<Span> find_sshpass(std::string_view text, std::size_t at, std::size_t length) {
  Span option = next_word(text, at + length);
  if (text.substr(option.begin, 2) != "-p") return std::nullopt;
  if (option.end - option.begin > 2) return unless_marked(text, {option.begin + 2, option.end});
  return unless_marked(text, next_word(text, option.end));
}

std::optional<Span> find_mysql(std::string_view text, std::size_t at, std::size_t length) {
  if (!starts_word(text, at)) return std::nullopt;
  std::size_t begin = at + length;
  if (text.substr(begin, 4) == "dump" || text.substr(begin, 5) == "-dump") begin = text.find('p', begin) + 1;
  const std::string_view line = text.substr(begin, std::min(text.substr(begin, kReach).find('\n'), kReach));
  if (line.empty() || !contains(" \"'", line.substr(0, 1))) return std::nullopt;
  for (const std::string_view option : {" -p", " '-p", "\"-p"}) {
    const std::size_t found = line.find(option);
    if (found == std::string_view::npos) continue;
    Span word{begin + found + option.size(), begin + found + option.size()};
    if (contains("\"'", text.substr(word.begin, 1))) ++word.begin;
    for (word.end = word.begin;
         word.end < begin + line.size() && !is_space(text[word.end]) && !contains("\"'", text.substr(word.end, 1));)
      ++word.end;
    const std::string_view value = text.substr(word.begin, word.end - word.begin);
    if (value.find_first_not_of("0123456789:") != std::string_view::npos) return unless_marked(text, word);
  }
  return std::nullopt;
}

std::optional<Span> find_curl_user(std::string_view text, std::size_t at, std::size_t length) {
  const std::string_view before = text.substr(at - std::min(at, kReach), std::min(at, kReach));
  const std::string_view line = before.substr(before.find_last_of('\n') + 1);
  const Span word = next_word(text, at + length);
  const std::string_view value = text.substr(word.begin, word.end - word.begin);
  const std::size_t colon = value.find(':');
  if (colon == std::string_view::npos || colon + 1 == value.size() || value.starts_with('-')) return std::nullopt;
  if (!contains(line, "curl") && !contains(line, "wget")) return std::nullopt;
  return unless_marked(text, {word.begin + colon + 1, word.end});
}

}  // namespace exo_harness
