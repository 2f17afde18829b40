#include "exo_harness/core/text.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/utf8.h"

namespace exo_harness {
namespace {

struct Character {
  std::size_t bytes = 0;  // 0: not well-formed here
  char32_t code = 0;
};

// One character of UTF-8 at the start of `text`, which is not empty.
Character decode(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {1, first};
  const std::size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (n == 0 || first > 0xf4 || text.size() < n) return {};
  char32_t code = first & (0xff >> (n + 1));
  for (std::size_t i = 1; i < n; ++i) {
    if (!is_continuation(text[i])) return {};
    code = (code << 6) | (byte(i) & 0x3f);
  }
  const bool overlong = (n == 3 && code < 0x800) || (n == 4 && code < 0x10000);
  if (overlong || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return {};
  return {n, code};
}

// Of text that runs from right to left: they let a line read as another one, on a terminal, too.
bool turns_direction(char32_t c) {
  return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool may_stand(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\r') return true;
  return c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff && !turns_direction(c);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character c = decode(text);
    if (c.bytes == 0) {
      out += format("\\x{:02X}", static_cast<unsigned char>(text[0]));
      text.remove_prefix(1);
      continue;
    }
    if (may_stand(c.code)) {
      out.append(text.substr(0, c.bytes));
    } else {
      out += c.code < 0x100 ? format("\\x{:02X}", static_cast<unsigned>(c.code))
                            : format("\\u{:04X}", static_cast<unsigned>(c.code));
    }
    text.remove_prefix(c.bytes);
  }
  return out;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const Character c = decode(text);
    if (c.bytes == 0) return false;
    text.remove_prefix(c.bytes);
  }
  return true;
}

std::string strip_ansi(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] != '\x1b') {
      out += text[i++];
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == '[') {
      std::size_t end = i + 2;
      while (end < text.size() && !(text[end] >= '@' && text[end] <= '~')) ++end;
      i = end + 1;
    } else if (i + 1 < text.size() && text[i + 1] == ']') {
      std::size_t end = i + 2;
      while (end < text.size() && text[end] != '\a' && text[end] != '\x1b' && text[end] != '\n') ++end;
      if (end < text.size() && text[end] == '\x1b' && end + 1 < text.size() && text[end + 1] == '\\') ++end;
      i = end < text.size() && text[end] == '\n' ? end : end + 1;
    } else {
      i += 2;
    }
  }
  return out;
}

std::string escape_markup(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::vector<std::string_view> lines(std::string_view text) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return text.empty() ? std::vector<std::string_view>{} : split(text, '\n');
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string text;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) text += separator;
    text += part;
  }
  return text;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string to_lower(std::string_view ascii) {
  std::string text(ascii);
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

std::string shorten(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  const std::string clean = redact(text);  // Nobody recognises half a secret afterwards.
  if (clean.size() <= limit) return clean;
  const std::size_t end = begin_of_character(clean, limit);
  return format("{} [{} bytes more]", std::string_view(clean).substr(0, end), clean.size() - end);
}

std::string elide(std::string_view text, std::size_t columns) {
  std::vector<std::size_t> starts;  // Of each character.
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_continuation(text[at])) starts.push_back(at);
  }
  if (starts.size() <= columns) return std::string(text);
  if (columns == 0) return "";
  const std::size_t tail = (columns - 1) / 2, head = columns - 1 - tail;
  const std::size_t rest = tail == 0 ? text.size() : starts[starts.size() - tail];
  return format("{}…{}", text.substr(0, starts[head]), text.substr(rest));
}

std::string_view first_line(std::string_view text) {
  const std::string_view from_there = trim(text);
  return trim(from_there.substr(0, from_there.find('\n')));
}

std::string last_lines(std::string_view text, std::size_t count) {
  const std::vector<std::string_view> all = lines(text);
  const std::size_t from = all.size() > count ? all.size() - count : 0;
  std::string out;
  for (std::size_t i = from; i < all.size(); ++i) {
    out += all[i];
    if (i + 1 < all.size()) out += '\n';
  }
  return out;
}

std::vector<std::string> nearest_names(std::string_view wanted, const std::vector<std::string>& known,
                                       std::size_t count) {
  const std::string needle = to_lower(wanted);
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const std::string& name : known) {
    const std::string candidate = to_lower(name);
    const bool part = !needle.empty() && contains(candidate, needle);
    ranked.emplace_back(part ? 0 : edit_distance(needle, candidate), name);
  }
  std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [distance, name] : ranked) {
    if (names.size() < count && distance <= std::max<std::size_t>(3, name.size() / 2)) names.push_back(name);
  }
  return names;
}

std::string humanize(std::chrono::nanoseconds duration) {
  const double seconds = static_cast<double>(duration.count()) / 1e9;
  if (seconds < 1e-3) return format("{:.0f} us", seconds * 1e6);
  if (seconds < 1) return format("{:.0f} ms", seconds * 1e3);
  if (seconds < 90) return format("{:.2f} s", seconds);
  const auto whole = static_cast<long long>(seconds);
  return format("{} min {:02} s", whole / 60, whole % 60);
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return format("{} B", bytes);
  double value = static_cast<double>(bytes);
  const char* unit = "B";
  for (const char* next : {"kB", "MB", "GB", "TB", "PB"}) {
    if (value < 999.95) break;
    value /= 1000;
    unit = next;
  }
  return format("{:.1f} {}", value, unit);
}

}  // namespace exo_harness
