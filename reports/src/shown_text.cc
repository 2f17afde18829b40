#include "shown_text.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <vector>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_reports {
namespace {

constexpr std::size_t kMarkBytes = 40;  // What `shorten` adds.

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::string without_middle(std::string_view text, std::size_t limit) {
  std::size_t head = limit * 3 / 4, tail = text.size() - limit / 4;
  while (head > 0 && is_continuation(text[head])) --head;
  while (tail < text.size() && is_continuation(text[tail])) ++tail;
  return exo_harness::format("{}\n[... {} bytes left out ...]\n{}", text.substr(0, head), tail - head,
                             text.substr(tail));
}

// U+061C, U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069.
const char* name_of_bidi_control(std::string_view at) {
  if (at.substr(0, 2) == "\xd8\x9c") return "\\u061C";
  if (at.size() < 3 || at[0] != '\xe2') return nullptr;
  static constexpr const char* kMarks[] = {"\\u200E", "\\u200F"};
  static constexpr const char* kEmbeddings[] = {"\\u202A", "\\u202B", "\\u202C", "\\u202D", "\\u202E"};
  static constexpr const char* kIsolates[] = {"\\u2066", "\\u2067", "\\u2068", "\\u2069"};
  const auto last = static_cast<unsigned char>(at[2]);
  if (at[1] == '\x80' && last >= 0x8e && last <= 0x8f) return kMarks[last - 0x8e];
  if (at[1] == '\x80' && last >= 0xaa && last <= 0xae) return kEmbeddings[last - 0xaa];
  if (at[1] == '\x81' && last >= 0xa6 && last <= 0xa9) return kIsolates[last - 0xa6];
  return nullptr;
}

std::string with_visible_bidi(std::string text) {
  if (text.find_first_of("\xe2\xd8") == std::string::npos) return text;
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const char* name = name_of_bidi_control(std::string_view(text).substr(i));
    if (name == nullptr) {
      out += text[i++];
      continue;
    }
    out += name;
    i += text[i] == '\xd8' ? 2 : 3;
  }
  return out;
}

}  // namespace

std::string shown(std::string_view text, std::size_t limit) {
  const std::string cut = text.size() > limit ? without_middle(text, limit) : std::string(text);
  return with_visible_bidi(exo_harness::printable(exo_harness::strip_ansi(cut)));
}

std::string shown_line(std::string_view text, std::size_t limit) {
  std::string line = shown(exo_harness::shorten(text, limit), 2 * limit + 100);
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  // What may not stand takes four bytes and more for one.
  return line.size() <= limit + kMarkBytes ? line : exo_harness::shorten(line, limit);
}

std::string gist_of(std::string_view message) {
  const std::vector<std::string_view> all = exo_harness::lines(exo_harness::trim(message));
  if (all.empty()) return "";
  const auto after = [&](std::size_t line, std::string_view label) -> std::optional<std::string_view> {
    if (line >= all.size()) return std::nullopt;
    const std::string_view text = exo_harness::trim(all[line]);
    if (text.substr(0, label.size()) != label) return std::nullopt;
    return exo_harness::trim(text.substr(label.size()));
  };
  const auto value = after(0, "Value of:"), expected = after(1, "Expected:"), actual = after(2, "Actual:");
  if (value && expected && actual) {
    return shown_line(exo_harness::format("{}: expected {}; was {}", *value, *expected, *actual));
  }
  if (!after(0, "Expected")) return shown_line(all[0]);
  std::string joined;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, all.size()); ++i) {
    joined += joined.empty() ? "" : " ";
    joined += exo_harness::trim(all[i]);
  }
  return shown_line(joined);
}

std::string seconds(std::int64_t ms) {
  char digits[24];
  if (ms < 0) ms = 0;
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, ms / 1000).ptr);
  const int rest = static_cast<int>(ms % 1000);
  text += '.';
  text += static_cast<char>('0' + rest / 100);
  text += static_cast<char>('0' + rest / 10 % 10);
  text += static_cast<char>('0' + rest % 10);
  return text;
}

std::string duration(std::int64_t ms) {
  return exo_harness::for_people(std::chrono::milliseconds(ms < 0 ? 0 : ms));
}

}  // namespace exo_reports
