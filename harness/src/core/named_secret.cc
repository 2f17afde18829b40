// A secret that is known by the name before it. Each step looks at a bounded number of bytes, or at bytes that it takes
// out: the time is that of the text's length, whatever stands in it.
#include "named_secret.h"

#include <algorithm>
#include <array>

#include "exo_harness/core/text.h"

#include "known_secrets.h"
#include "secret_name.h"

namespace exo_harness {
namespace {

constexpr std::size_t kMostName = 64, kMostWeakValue = 256, kLogprobReach = 64;

bool is_name_char(char c) {
  return is_alnum(c) || c == '_' || c == '-';
}

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

char at(std::string_view text, std::size_t i) {
  return i < text.size() ? text[i] : '\0';
}

// The name around a word. In `\ntoken` the n is none of it, nor the 20 of `%20token`.
Span name_around(std::string_view text, std::size_t word, std::size_t length) {
  Span name{word, word + length};
  while (name.begin > 0 && word - name.begin < kMostName && is_name_char(text[name.begin - 1])) --name.begin;
  while (name.end < text.size() && name.end - word < kMostName && is_name_char(text[name.end])) ++name.end;
  const char before = name.begin > 0 ? text[name.begin - 1] : '\0';
  if (before == '\\' && name.begin < word && contains("nrt", text.substr(name.begin, 1))) ++name.begin;
  if (before == '%' && name.begin + 2 <= word && is_hex(text[name.begin]) && is_hex(text[name.begin + 1]))
    name.begin += 2;
  return name;
}

// How a value stands in the text.
struct Value {
  Span span;
  bool in_quotes = false, by_colon = false, of_json = false, of_option = false;
  std::size_t backslashes = 0;  // Before each of its quotes.
};

// Where the value of an assignment begins; nothing where none is assigned.
std::optional<Value> value_behind(std::string_view text, Span name) {
  Value value;
  std::size_t i = name.end;
  const bool is_option = text.substr(name.begin, 2) == "--";
  if (is_option && at(text, i) == ' ' && at(text, i + 1) != '-') {
    value.of_option = true;
    ++i;
  } else {
    while (i < text.size() && (is_quote(text[i]) || text[i] == '\\' || text[i] == ' ')) ++i;
    value.of_json = i == name.end + 1 && text[name.end] == '"';
    if (text.substr(i, 3) == "%3D" || text.substr(i, 3) == "%3d") {
      i += 3;
    } else if (at(text, i) != '=' && at(text, i) != ':') {
      return std::nullopt;
    } else {
      value.by_colon = text[i] == ':';
      if (at(text, i + 1) == text[i]) return std::nullopt;  // A comparison, or a scope of C++ or Rust.
      while (i < text.size() && (text[i] == '=' || text[i] == ':' || text[i] == '>')) ++i;
    }
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t')) ++i;
  }
  if ((at(text, i) == 'b' || at(text, i) == 'r' || at(text, i) == 'f') && is_quote(at(text, i + 1))) ++i;  // Of Python.
  std::size_t quote = i;
  while (at(text, quote) == '\\') ++quote;
  if (is_quote(at(text, quote))) {
    value.in_quotes = true;
    value.backslashes = quote - i;
    i = quote + 1;
  }
  value.span = {i, i};
  return value;
}

std::size_t end_in_quotes(std::string_view text, const Value& value) {
  const char quote = text[value.span.begin - 1];
  std::size_t backslashes = 0;
  for (std::size_t i = value.span.begin; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++backslashes;
      continue;
    }
    if (text[i] == '\n') return i;
    const bool escaped = value.backslashes == 0 ? backslashes % 2 == 1 : backslashes > value.backslashes;
    if (text[i] == quote && !escaped) return i - std::min(backslashes, value.backslashes);
    backslashes = 0;
  }
  return text.size();
}

// Whether a sign ends a value here, or is part of it: `a,b` may be a password, `a, b` and `a&b=c` are not.
bool ends_value(std::string_view text, std::size_t i) {
  const char next = at(text, i + 1);
  if (next == '\0' || is_space(next) || is_quote(next) || contains(",;&)}]>\\", std::string_view(&next, 1)))
    return true;
  std::size_t end = i + 1;
  while (end < text.size() && end - i < kMostName && is_name_char(text[end])) ++end;
  return end > i + 1 && (at(text, end) == '=' || at(text, end) == ':');
}

bool stops(std::string_view text, std::size_t i, bool with_spaces) {
  const char c = text[i];
  if (c == '\n' || c == '\r' || c == '\0' || is_quote(c)) return true;
  if (is_space(c)) return !with_spaces;
  if (c == '\\') return is_quote(at(text, i + 1)) || contains("nrtu\\", text.substr(i + 1, 1));
  if (c == '%') return text.substr(i, 3) == "%26";
  return contains(",;&)}]<>", text.substr(i, 1)) && ends_value(text, i);
}

std::size_t end_unquoted(std::string_view text, std::size_t begin, bool with_spaces, std::size_t most) {
  std::size_t i = begin;
  if (at(text, i) == '{' || (at(text, i) == '[' && text.substr(i, kMark.size()) != kMark)) return i;
  while (i < text.size() && i - begin < most) {
    if (text.substr(i, kMark.size()) == kMark) {
      i += kMark.size();
    } else if (stops(text, i, with_spaces)) {
      break;
    } else {
      ++i;
    }
  }
  return i;
}

// The rest of a line, or of the text in quotes in which the header stands.
std::size_t end_of_header(std::string_view text, std::size_t i) {
  while (i < text.size() && text[i] != '\n' && text[i] != '\r' && !is_quote(text[i]) &&
         !(text[i] == '\\' && contains("nr\"", text.substr(i + 1, 1)))) {
    ++i;
  }
  return i;
}

// `Bearer abc` keeps its first word.
std::size_t behind_scheme(std::string_view value) {
  for (const std::string_view scheme : {"Bearer ", "Basic ", "Digest ", "Token ", "token ", "bearer ", "basic "}) {
    if (value.starts_with(scheme)) return scheme.size();
  }
  return 0;
}

bool is_literal(std::string_view value) {
  constexpr auto kLiterals =
      std::to_array<std::string_view>({"true", "false", "null", "none", "yes", "no", "undefined", "nil"});
  const std::string lower = value.size() <= 9 ? to_lower(value) : "";
  return std::find(kLiterals.begin(), kLiterals.end(), lower) != kLiterals.end();
}

bool is_number(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return is_digit(c) || c == '.' || c == '-' || c == '+'; });
}

bool is_words(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) { return is_letter(c) || c == ' '; });
}

// What nobody calls a model or a cache entry: twelve letters and digits in a row whose kind changes again and again.
bool looks_random(std::string_view value) {
  if (value.size() < 16 || std::all_of(value.begin(), value.end(), [](char c) { return is_hex(c) || c == '-'; }))
    return false;
  std::size_t run = 0, changes = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto kind = [](char c) { return is_digit(c) ? 1 : is_upper(c) ? 2 : is_lower(c) ? 3 : 0; };
    if (kind(value[i]) == 0) {
      run = changes = 0;
      continue;
    }
    if (++run > 1 && kind(value[i]) != kind(value[i - 1])) ++changes;
    if (run >= 12 && changes >= 5) return true;
  }
  return false;
}

// `{"token": "Hello", "logprob": -0.1, …}` is a piece of an answer, and both names stand beside each other.
bool is_beside_logprob(std::string_view text, Span name, Span value) {
  const std::size_t from = name.begin - std::min(name.begin, kLogprobReach);
  return value.end - value.begin < kMostWeakValue && (contains(text.substr(value.end, kLogprobReach), "logprob") ||
                                                      contains(text.substr(from, name.begin - from), "logprob"));
}

bool is_secret(std::string_view text, Span name, NameKind kind, const Value& v) {
  const std::string_view value = text.substr(v.span.begin, v.span.end - v.span.begin);
  const std::string_view word = text.substr(name.begin, name.end - name.begin);
  if (value.empty() || value == kMark || is_literal(value)) return false;
  const bool bare = to_lower(word) == "token";
  switch (kind) {
    case NameKind::token:
      if (is_number(value) && value.size() < 16) return false;
      if (bare && v.by_colon && !v.in_quotes && (is_words(value) || value.size() < kMinSecretBytes)) return false;
      return !(bare && is_beside_logprob(text, name, v.span));
    case NameKind::auth:
      if (v.by_colon && !v.in_quotes && text[v.span.begin - 1] == ':') return false;  // `exo.auth:login:12`
      return value.size() >= kMinSecretBytes && !is_words(value) && !is_number(value) && !value.starts_with('/');
    case NameKind::folder:
      return !contains("/~$.", value.substr(0, 1));
    case NameKind::key: {
      const bool of_query =
          name.begin > 0 && (text[name.begin - 1] == '?' || text[name.begin - 1] == '&') && value.size() >= 16;
      return !v.by_colon && ((of_query && !is_words(value)) || looks_random(value));
    }
    default:  // `they may hold secrets: do this and that`
      return !(v.by_colon && !v.in_quotes && word.ends_with('s') && contains(value, " "));
  }
}

// `machine H login U password P`, on one line or on several.
std::optional<Span> netrc_value(std::string_view text, Span name) {
  const std::string_view before =
      text.substr(name.begin - std::min<std::size_t>(name.begin, 256), std::min<std::size_t>(name.begin, 256));
  if (!is_space(at(text, name.end)) || !contains(before, "login ") || !contains(before, "machine "))
    return std::nullopt;
  std::size_t begin = name.end, end = 0;
  while (is_space(at(text, begin))) ++begin;
  for (end = begin; end < text.size() && !is_space(text[end]) && !is_quote(text[end]);) ++end;
  const std::string_view value = text.substr(begin, end - begin);
  if (value.empty() || value == kMark) return std::nullopt;
  return Span{begin, end};
}

void find_end(std::string_view text, NameKind kind, Value& value) {
  const bool weak = kind == NameKind::auth || kind == NameKind::folder || kind == NameKind::key;
  std::size_t& end = value.span.end;
  if (value.in_quotes) {
    end = end_in_quotes(text, value);
  } else if (kind == NameKind::header && !value.of_option) {
    end = end_of_header(text, value.span.begin);
  } else {
    const bool rest_of_line = kind == NameKind::password && value.by_colon && !value.of_json;
    end = end_unquoted(text, value.span.begin, rest_of_line, weak ? kMostWeakValue : text.size());
  }
  while (end > value.span.begin && text[end - 1] == ' ') --end;
  if (kind == NameKind::header) {
    value.span.begin += behind_scheme(text.substr(value.span.begin, end - value.span.begin));
    value.span.begin = std::min(value.span.begin, end);
  }
}

}  // namespace

NamedSecret find_named_secret(std::string_view text, std::size_t word, std::size_t length) {
  const Span name = name_around(text, word, length);
  NamedSecret found{std::nullopt, name.end};
  const std::string_view spelled = text.substr(name.begin, name.end - name.begin);
  const NameKind kind = kind_of_name(spelled);
  // `first token` is a phase, and what stands behind its colon the news of it.
  const bool is_phase = text.substr(0, name.end).ends_with("first token");
  if (kind == NameKind::innocent || is_phase || is_name_char(at(text, name.end))) return found;
  auto value = value_behind(text, name);
  if (!value) {
    if (spelled == "password") found.value = netrc_value(text, name);
  } else {
    find_end(text, kind, *value);
    if (!is_secret(text, name, kind, *value)) return found;
    value->span.quoted = value->of_json && !value->in_quotes;
    found.value = value->span;
  }
  if (found.value) found.next = found.value->end;
  return found;
}

}  // namespace exo_harness
