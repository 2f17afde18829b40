#include "private_key.h"

#include "exo_harness/core/text.h"

namespace exo_harness {
namespace {

constexpr std::string_view kDashes = "-----", kBegin = "-----BEGIN", kEnd = "-----END";
constexpr std::size_t kMostTitle = 64, kMostKey = 32u << 10;

// The end of the title line that begins at `at`; npos: it is not of a private key.
std::size_t end_of_title(std::string_view text, std::size_t at, std::string_view word) {
  if (text.substr(at, word.size()) != word) return std::string_view::npos;
  const std::string_view rest = text.substr(at + word.size(), kMostTitle);
  const std::size_t end = rest.find(kDashes);
  if (end == std::string_view::npos || !contains(rest.substr(0, end), "PRIVATE KEY")) return std::string_view::npos;
  return at + word.size() + end + kDashes.size();
}

bool is_key_char(char c) {
  return is_base64(c) || c == '\n' || c == '\r' || c == '\\';
}

// Lines of nothing but base64: what has spaces in it, or another sign, belongs to somebody else.
std::size_t end_of_lines(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  std::size_t end = at, line = at;
  while (end < text.size() && end - at < kMostKey && is_key_char(text[end])) {
    if (text[end++] == '\n') line = end;
  }
  const bool ends = end == text.size() || text[end] == '"' || text[end] == '\'' || end - line >= 40;
  return ends ? end : line;
}

std::size_t begin_of_lines(std::string_view text, std::size_t at) {
  std::size_t begin = at, line = at;
  while (begin > 0 && at - begin < kMostKey && is_key_char(text[begin - 1])) {
    if (text[--begin] == '\n') line = begin + 1;
  }
  const bool begins = begin == 0 || text[begin - 1] == '"' || text[begin - 1] == '\'' || line - begin >= 40;
  return begins ? begin : line;
}

}  // namespace

std::optional<Span> find_private_key(std::string_view text, std::size_t at) {
  if (const std::size_t title = end_of_title(text, at, kEnd); title != std::string_view::npos) {
    return Span{begin_of_lines(text, at), title};
  }
  const std::size_t title = end_of_title(text, at, kBegin);
  if (title == std::string_view::npos) return std::nullopt;
  const std::size_t next = text.substr(title, kMostKey).find(kDashes);
  if (next != std::string_view::npos) {
    const std::size_t end = end_of_title(text, title + next, kEnd);
    if (end != std::string_view::npos) return Span{at, end};
  }
  return Span{at, end_of_lines(text, title)};
}

}  // namespace exo_harness
