#include "exo_harness/core/redacting_stream.h"

#include <algorithm>

#include "secret_spans.h"

namespace exo_harness {
namespace {

constexpr std::size_t kGivenAtOnce = 1u << 20, kBehind = 1024;
constexpr std::size_t kMostHeld = kGivenAtOnce;  // A secret that is longer is none.

// A line's end if there is one near, else a word's: nothing of what is shown then depends on where pieces end.
std::size_t border_before(std::string_view text, std::size_t from, std::size_t at) {
  for (const std::string_view ends : {std::string_view("\n"), std::string_view(" \t\0", 3)}) {
    const std::size_t end = text.substr(0, at).find_last_of(ends);
    if (end != std::string_view::npos && end + 1 > from) return end + 1;
  }
  while (at > from && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

// A secret is given out whole, and one that may go on waits for its end.
std::size_t border_outside(const Spans& spans, std::size_t size, std::size_t border) {
  for (const Span& span : spans) {
    if (span.begin >= border) break;
    if (span.end <= border) continue;
    return span.end < size || size - span.begin > kMostHeld ? span.end : span.begin;
  }
  return border;
}

}  // namespace

std::string RedactingStream::feed(std::string_view bytes) {
  text_ += bytes;
  return text_.size() - given_ < kGivenAtOnce + kSecretReach ? std::string() : give_out(false);
}

std::string RedactingStream::finish() {
  return give_out(true);
}

std::string RedactingStream::give_out(bool last) {
  const Spans spans = secret_spans(text_);
  std::size_t border = text_.size();
  if (!last) border = border_outside(spans, text_.size(), border_before(text_, given_, text_.size() - kSecretReach));
  std::string out;
  std::size_t done = given_;
  for (const Span& span : spans) {
    if (span.end <= given_ || span.begin >= border) continue;
    const std::size_t begin = std::max(span.begin, done);
    out.append(text_, done, begin - done);
    out += mark_of(span);
    done = span.end;
  }
  out.append(text_, done, std::max(border, done) - done);
  const std::size_t kept_from = last ? text_.size() : border - std::min(border, kBehind);
  text_.erase(0, kept_from);
  given_ = last ? 0 : border - kept_from;
  return out;
}

}  // namespace exo_harness
