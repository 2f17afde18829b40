#include "plain_view.h"

#include <algorithm>
#include <cstring>

namespace exo_harness {
namespace {

// The length of the escape character at `at`, however it is written; 0: none.
std::size_t escape_length(std::string_view text, std::size_t at) {
  if (text[at] == '\x1b') return 1;
  if (text[at] != '\\') return 0;
  for (const std::string_view written : {"\\x1b", "\\x1B", "\\u001b", "\\u001B", "\\033", "\\e"}) {
    if (text.substr(at, written.size()) == written && text.substr(at + written.size(), 1) == "[") return written.size();
  }
  return 0;
}

// Of what takes no room on a terminal: backspace, U+200B to U+200D, U+2060, U+FEFF.
std::size_t invisible_length(std::string_view text, std::size_t at) {
  if (text[at] == '\b') return 1;
  if (text[at] != '\xe2' && text[at] != '\xef') return 0;
  for (const std::string_view one : {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d", "\xe2\x81\xa0", "\xef\xbb\xbf"}) {
    if (text.substr(at, one.size()) == one) return one.size();
  }
  return 0;
}

bool has_invisible(std::string_view text) {
  for (const char first : {'\b', '\xe2', '\xef'}) {
    for (std::size_t at = text.find(first); at != std::string_view::npos; at = text.find(first, at + 1)) {
      if (invisible_length(text, at) != 0) return true;
    }
  }
  return false;
}

// The length of the sequence at `at`; 0: none.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  if (const std::size_t invisible = invisible_length(text, at); invisible != 0) return invisible;
  constexpr std::size_t kMost = 64;  // What is longer colours nothing.
  const std::size_t escape = escape_length(text, at);
  if (escape == 0) return 0;
  std::size_t end = at + escape;
  if (end >= text.size() || text[end] != '[') return escape;
  for (++end; end < text.size() && end < at + kMost; ++end) {
    if (text[end] >= '@' && text[end] <= '~') return end + 1 - at;
    if (text[end] < ' ') break;
  }
  return end - at;
}

bool has_sequence(std::string_view text) {
  if (std::memchr(text.data(), '\x1b', text.size()) != nullptr) return true;
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 1)) {
    if (escape_length(text, at) != 0) return true;
  }
  return false;
}

}  // namespace

PlainView::PlainView(std::string_view text) : whole_(text) {
  if (text.empty() || (!has_sequence(text) && !has_invisible(text))) return;
  plain_.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    if (length == 0) {
      plain_ += text[i++];
      continue;
    }
    i += length;
    removed_.emplace_back(plain_.size(), i - plain_.size());
  }
  if (plain_.empty()) whole_ = {};
}

std::size_t PlainView::original(std::size_t at) const {
  const auto after = std::upper_bound(removed_.begin(), removed_.end(), at,
                                      [](std::size_t place, const auto& one) { return place < one.first; });
  return after == removed_.begin() ? at : at + std::prev(after)->second;
}

Span PlainView::original(Span span) const {
  return {original(span.begin), original(span.end - 1) + 1, span.quoted};
}

}  // namespace exo_harness
