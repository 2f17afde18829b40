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
  return printable(strip_ansi(without_holes(text)));
}

}  // namespace exo_harness
