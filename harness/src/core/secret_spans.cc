#include "secret_spans.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "exo_harness/core/text.h"

#include "anchor_set.h"
#include "command_secret.h"
#include "known_secrets.h"
#include "named_secret.h"
#include "plain_view.h"
#include "private_key.h"
#include "secret_shapes.h"

namespace exo_harness {
namespace {

// Rules that are no row of the table of shapes; shapes have ids from kFirstShape on.
enum Rule : int {
  kName,
  kUserInfo,
  kBearer,
  kBasic,
  kJwt,
  kPrivateKey,
  kSignature,
  kSshpass,
  kMysql,
  kCurlUser,
  kFirstShape
};

constexpr auto kNameWords = std::to_array<std::string_view>(
    {"token", "secret", "passw", "passphrase", "passwd", "pwd", "apikey", "auth", "cookie", "key", "pass", "session"});

AnchorSet all_anchors() {
  AnchorSet anchors;
  for (const auto& shape : secret_shapes()) {
    anchors.add(shape.prefix, kFirstShape + static_cast<int>(&shape - secret_shapes().data()));
  }
  anchors.add("://", kUserInfo);
  anchors.add("bearer ", kBearer, true);
  anchors.add("basic ", kBasic, true);
  anchors.add("eyJ", kJwt);
  anchors.add("-----BEGIN", kPrivateKey);
  anchors.add("-----END", kPrivateKey);
  anchors.add("sig=", kSignature);
  anchors.add("-Signature=", kSignature);
  anchors.add("sshpass", kSshpass);
  for (const char* program : {"mysql", "mariadb"}) anchors.add(program, kMysql);
  for (const char* option : {" -u", "\"-u", "'-u", "--user"}) anchors.add(option, kCurlUser);
  for (const std::string_view word : kNameWords) anchors.add(word, kName, true);
  return anchors;
}

std::size_t end_of_run(std::string_view text, std::size_t at, Alphabet alphabet, std::size_t most = 0) {
  const std::size_t begin = at;
  while (at < text.size() && (most == 0 || at - begin <= most) && is_of(alphabet, text[at])) ++at;
  return at;
}

std::optional<Span> find_shape(std::string_view text, std::size_t at, const SecretShape& shape) {
  if (!starts_word(text, at)) return std::nullopt;
  const std::size_t behind = at + shape.prefix.size(), end = end_of_run(text, behind, shape.alphabet, shape.most);
  if (end - behind < shape.least || (shape.most != 0 && end - behind > shape.most)) return std::nullopt;
  return Span{shape.keeps_prefix ? behind : at, end};
}

// Where `user:pass/word@` ends whose `/`, `#` or `?` should have been percent-encoded: at its last `@`, if what stands
// behind the colon is no port.
std::size_t end_of_unencoded(std::string_view text, std::size_t begin, std::size_t delimiter) {
  constexpr std::size_t kReach = 512;
  const std::string_view authority = text.substr(begin, delimiter - begin);
  const std::size_t colon = authority.find(':');
  if (colon == std::string_view::npos || authority.starts_with('[')) return std::string_view::npos;
  const std::string_view port = authority.substr(colon + 1);
  if (!port.empty() && std::all_of(port.begin(), port.end(), is_digit)) return std::string_view::npos;
  std::size_t last_at = std::string_view::npos;
  for (std::size_t i = delimiter; i < text.size() && i < delimiter + kReach; ++i) {
    if (is_space(text[i]) || contains("\"'<>\\", text.substr(i, 1))) break;
    if (text[i] == '@') last_at = i;
  }
  return last_at;
}

// `://user:password@host` keeps the host. The name alone is no secret where it is that of a person: `ssh://git@host`.
std::optional<Span> find_user_info(std::string_view text, std::size_t at) {
  const std::size_t begin = at + 3;
  std::size_t end = begin, last_at = std::string_view::npos;
  for (; end < text.size() && !is_space(text[end]) && !contains("/?#\"'<>\\", text.substr(end, 1)); ++end) {
    if (text[end] == '@') last_at = end;
  }
  if (last_at == std::string_view::npos && end < text.size() && contains("/?#", text.substr(end, 1)))
    last_at = end_of_unencoded(text, begin, end);
  if (last_at == std::string_view::npos || last_at == begin) return std::nullopt;
  const std::string_view info = text.substr(begin, last_at - begin);
  const bool is_name = info.size() <= 8 && std::all_of(info.begin(), info.end(), is_lower);
  if (is_name || info == kMark) return std::nullopt;
  return Span{begin, last_at};
}

// `Bearer xyz` and `Basic xyz` keep their first word; `Basic authentication` is none.
std::optional<Span> find_scheme(std::string_view text, std::size_t at, std::size_t length) {
  if (!starts_word(text, at)) return std::nullopt;
  std::size_t begin = at + length, end = begin;
  while (end < text.size() && (is_base64(text[end]) || contains("-_.~", text.substr(end, 1)))) ++end;
  constexpr std::size_t kLongestWord = 15;
  const std::string_view value = text.substr(begin, end - begin);
  if (value.size() < kMinSecretBytes) return std::nullopt;
  if (value.size() <= kLongestWord && std::all_of(value.begin() + 1, value.end() - 1, is_lower)) return std::nullopt;
  return Span{begin, end};
}

// Header, content and signature of a JSON web token.
std::optional<Span> find_jwt(std::string_view text, std::size_t at) {
  constexpr std::size_t kLeastHeader = 12, kLeastContent = 8;
  if (!starts_word(text, at)) return std::nullopt;
  const std::size_t header = end_of_run(text, at, Alphabet::url_token);
  if (header - at < kLeastHeader || text.substr(header, 1) != ".") return std::nullopt;
  const std::size_t content = end_of_run(text, header + 1, Alphabet::url_token);
  if (content - header - 1 < kLeastContent) return std::nullopt;
  return Span{at, text.substr(content, 1) == "." ? end_of_run(text, content + 1, Alphabet::url_token) : content};
}

// Of a shared access signature of Azure, which is percent-encoded base64; of Amazon's and Google's addresses.
std::optional<Span> find_signature(std::string_view text, std::size_t at, std::size_t length) {
  if (text[at] != '-' && !starts_word(text, at)) return std::nullopt;
  std::size_t end = at + length;
  while (end < text.size() && (is_base64(text[end]) || text[end] == '%')) ++end;
  if (end - at - length < 20) return std::nullopt;
  return Span{at + length, end};
}

std::optional<Span> find_by_rule(std::string_view text, std::size_t at, std::size_t length, int rule) {
  switch (rule) {
    case kUserInfo:
      return find_user_info(text, at);
    case kBearer:
    case kBasic:
      return find_scheme(text, at, length);
    case kJwt:
      return find_jwt(text, at);
    case kPrivateKey:
      return find_private_key(text, at);
    case kSignature:
      return find_signature(text, at, length);
    case kSshpass:
      return find_sshpass(text, at, length);
    case kMysql:
      return find_mysql(text, at, length);
    case kCurlUser:
      return find_curl_user(text, at, length);
    default:
      return find_shape(text, at, secret_shapes()[static_cast<std::size_t>(rule - kFirstShape)]);
  }
}

void find_shapes(std::string_view text, Spans& found) {
  static const AnchorSet anchors = all_anchors();
  anchors.scan(text, [&](std::size_t at, std::size_t length, int rule) {
    if (rule == kName) {
      const NamedSecret named = find_named_secret(text, at, length);
      if (named.value) found.push_back(*named.value);
      return std::max(named.next, at + 1);
    }
    const auto span = find_by_rule(text, at, length, rule);
    if (!span) return at;
    found.push_back(*span);
    return span->end;
  });
}

void join_overlaps(Spans& spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < spans.size(); ++i) {
    if (spans[i].begin < spans[kept].end) {
      spans[kept].quoted = spans[kept].quoted || (spans[i].quoted && spans[i].begin == spans[kept].begin);
      spans[kept].end = std::max(spans[kept].end, spans[i].end);
    } else {
      spans[++kept] = spans[i];
    }
  }
  if (!spans.empty()) spans.resize(kept + 1);
}

}  // namespace

Spans secret_spans(std::string_view text) {
  Spans spans;
  if (text.size() < kMinSecretBytes) return spans;
  const PlainView view(text);
  find_known_secrets(view.text(), spans);
  find_shapes(view.text(), spans);
  join_overlaps(spans);
  for (Span& span : spans) span = view.original(span);
  return spans;
}

}  // namespace exo_harness
