#include "exo_harness/core/harmless.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness {
namespace {

constexpr std::size_t kHole = 64;  // So many NULs are one.

// Without a way out, so that the compiler takes many bytes at once.
bool is_plain(std::string_view text) {
  unsigned odd = 0;
  for (const char c : text)
    odd |= static_cast<unsigned>(!((c >= ' ') & (c <= '~')) & (c != '\n') & (c != '\t') & (c != '\r'));
  return odd == 0;
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

std::string without_holes(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t hole = text.find(std::string_view("\0\0\0\0\0\0\0\0", 8));
    out += text.substr(0, hole);
    if (hole == std::string_view::npos) break;
    const std::size_t end = std::min(text.find_first_not_of('\0', hole), text.size());
    out += end - hole < kHole ? std::string(text.substr(hole, end - hole)) : format("\n[{} NUL bytes]\n", end - hole);
    text.remove_prefix(end);
  }
  return out;
}

}  // namespace

std::string harmless(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  return with_visible_bidi(printable(strip_ansi(without_holes(text))));
}

}  // namespace exo_harness
