#include "exo_harness/exo/log_line.h"

#include <algorithm>
#include <cctype>

#include "exo_harness/core/text.h"

namespace exo_harness::exo {

namespace {

/// Whether `text` looks like `shape`, where `0` stands for any digit and `A` for A or P.
bool looks_like(std::string_view text, std::string_view shape) {
  return text.size() == shape.size() && std::equal(text.begin(), text.end(), shape.begin(), [](char c, char s) {
           if (s == '0') return std::isdigit(static_cast<unsigned char>(c)) != 0;
           return s == 'A' ? c == 'A' || c == 'P' : c == s;
         });
}

bool is_level(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isupper(c) != 0; });
}

/// Takes the text up to `end` off the front of `rest`.
std::optional<std::string_view> take_until(std::string_view& rest, std::string_view end) {
  const std::size_t at = rest.find(end);
  if (at == rest.npos) return std::nullopt;
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at + end.size());
  return taken;
}

std::string message_of(std::string_view rest) {
  if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  return std::string(rest);
}

std::optional<LogLine> parse_header(std::string_view rest) {
  const auto time = take_until(rest, " | ");
  if (!time) return std::nullopt;
  if (looks_like(*time, "00:00:00.0000AM")) {
    const auto level = take_until(rest, "]");
    if (!level || !is_level(trim(*level))) return std::nullopt;
    return LogLine{std::string(*time), std::string(trim(*level)), "", message_of(rest)};
  }
  if (!looks_like(*time, "0000-00-00 00:00:00.000")) return std::nullopt;
  const auto level = take_until(rest, "| ");
  const auto place = take_until(rest, " ]");
  if (!level || !place || !is_level(trim(*level))) return std::nullopt;
  return LogLine{std::string(*time), std::string(trim(*level)), std::string(trim(*place)), message_of(rest)};
}

}  // namespace

std::optional<LogLine> parse_log_line(std::string_view line) {
  const std::string plain = strip_ansi(line);
  std::string_view text = plain;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  // MLX writes into the same stream without a lock: a header may begin in the middle of a line (contract 14).
  for (std::size_t at = text.find("[ "); at != text.npos; at = text.find("[ ", at + 1)) {
    if (auto record = parse_header(text.substr(at + 2))) return record;
  }
  return std::nullopt;
}

}  // namespace exo_harness::exo
