// A secret that is known by the name before it. Each step looks at a bounded number of bytes, or at bytes that it takes
// out: the time is that of the text's length, whatever stands in it.
#include "named_secret.h"

#include <algorithm>
#include <array>

#include "exo_harness/core/text.h"

#include "assigned_value.h"
#include "known_secrets.h"
#include "secret_name.h"

namespace exo_harness {
namespace {

constexpr std::size_t kLogprobReach = 64;

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

// What is not the name of a model or a cache entry: twelve letters and digits in a row whose kind changes again and
// again.
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

bool is_secret(std::string_view text, Span name, NameKind kind, const AssignedValue& v) {
  const std::string_view value = text.substr(v.span.begin, v.span.end - v.span.begin);
  const std::string_view word = text.substr(name.begin, name.end - name.begin);
  if (value.empty() || value == kMark || is_literal(value)) return false;
  if (v.on_next_line && kind != NameKind::token && kind != NameKind::password && kind != NameKind::header) return false;
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
