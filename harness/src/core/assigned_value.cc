#include "assigned_value.h"

#include <algorithm>

#include "exo_harness/core/text.h"

namespace exo_harness {
namespace {

std::size_t end_in_quotes(std::string_view text, const AssignedValue& value) {
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
  switch (const char c = text[i]) {
    case '\n':
    case '\r':
    case '\0':
    case '"':
    case '\'':
      return true;
    case '\\':
      return is_quote(at(text, i + 1)) || contains("nrtu\\", text.substr(i + 1, 1));
    case '%':
      return text.substr(i, 3) == "%26";
    case ',':
    case ';':
    case '&':
    case ')':
    case '}':
    case ']':
    case '<':
    case '>':
      return ends_value(text, i);
    default:
      return is_space(c) && !with_spaces;
  }
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

// Where the line behind the line end at `i` has its first word; npos: `i` is no line end.
std::size_t next_line(std::string_view text, std::size_t i) {
  constexpr std::size_t kMostIndent = 64;
  if (at(text, i) == '\r') ++i;
  if (at(text, i) != '\n') return std::string_view::npos;
  const std::size_t begin = ++i;
  while (i - begin < kMostIndent && (at(text, i) == ' ' || at(text, i) == '\t')) ++i;
  return i;
}

// The one word of the line that begins at `begin`, if it looks like a value: no further name, option, path or piece of
// JSON, and with a digit or long.
std::optional<Span> lone_word(std::string_view text, std::size_t begin) {
  constexpr std::size_t kLong = 12;
  std::size_t end = begin;
  while (end < text.size() && end - begin < kMostWeakValue && !is_space(text[end])) ++end;
  std::size_t line_end = end;
  while (line_end - end < kLong && (at(text, line_end) == ' ' || at(text, line_end) == '\r')) ++line_end;
  const std::string_view word = text.substr(begin, end - begin);
  if (word.size() < 4 || (line_end < text.size() && text[line_end] != '\n')) return std::nullopt;
  if (!is_alnum(word[0]) && !contains("!$%^*_+.", word.substr(0, 1))) return std::nullopt;
  const std::size_t odd = word.find_first_of(":=\"'<>(){}[],\\");
  if (odd != std::string_view::npos && word.find_first_not_of('=', odd) != std::string_view::npos) return std::nullopt;
  const bool has_digit = std::any_of(word.begin(), word.end(), is_digit);
  return has_digit || word.size() >= kLong ? std::optional(Span{begin, end}) : std::nullopt;
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

// `Bearer` at the end of a line: the value is on the next one.
std::size_t scheme_alone(std::string_view value) {
  for (const std::string_view scheme : {"Bearer", "Basic", "Token", "bearer", "basic", "token"}) {
    if (!value.starts_with(scheme)) continue;
    std::size_t end = scheme.size();
    while (at(value, end) == ' ' && end < scheme.size() + 8) ++end;
    return at(value, end) == '\n' || at(value, end) == '\r' ? end : 0;
  }
  return 0;
}

// In `[ "a" ]`, the quote.
std::size_t behind_bracket(std::string_view text, std::size_t i) {
  constexpr std::size_t kMostSpace = 64;
  if (at(text, i) != '[') return i;
  std::size_t quote = i + 1;
  while (quote - i < kMostSpace && is_space(at(text, quote))) ++quote;
  return is_quote(at(text, quote)) ? quote : i;
}

}  // namespace

std::optional<AssignedValue> value_behind(std::string_view text, Span name) {
  AssignedValue value;
  std::size_t i = name.end;
  const bool is_option = text.substr(name.begin, 2) == "--";
  if (is_option && (at(text, i) == ' ' || at(text, i) == '\t') && at(text, i + 1) != '-') {
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
    if (const std::size_t line = next_line(text, i + scheme_alone(text.substr(i)));
        line != std::string_view::npos && value.of_json && is_quote(at(text, line))) {
      i = line;
    } else if (line != std::string_view::npos) {
      const auto word = lone_word(text, line);
      if (!word) return std::nullopt;
      value.on_next_line = true;
      value.span = *word;
      return value;
    }
    i = behind_bracket(text, i);
  }
  if (contains("brf$", text.substr(i, 1)) && is_quote(at(text, i + 1))) ++i;  // Of Python, and `$'…'` of a shell.
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

void find_end(std::string_view text, NameKind kind, AssignedValue& value) {
  const bool weak = kind == NameKind::auth || kind == NameKind::folder || kind == NameKind::key;
  if (value.on_next_line) return;
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

}  // namespace exo_harness
