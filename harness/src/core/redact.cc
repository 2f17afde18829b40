#include "exo_harness/core/redact.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <string>
#include <vector>

#include <unistd.h>

#include "exo_harness/core/text.h"

extern char** environ;

namespace exo_harness {
namespace {

constexpr std::string_view kMark = "[redacted]";
constexpr std::size_t kMinSecretBytes = 6;

// Parts of a name, and what makes a name harmless after all ("max_tokens", "token_count").
constexpr std::array<std::string_view, 7> kSecretParts = {"secret",        "password", "passwd", "api_key",
                                                          "authorization", "cookie",   "apikey"};

struct Secrets {
  std::mutex mutex;
  std::vector<std::string> values;
};

Secrets& secrets() {
  static Secrets all;
  return all;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_token_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
}

// Replaces runs of token characters that begin with `prefix` at a word's start and are at least `min` long.
void redact_prefixed(std::string& text, std::string_view prefix, std::size_t min) {
  for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at + 1)) {
    if (at > 0 && is_token_char(text[at - 1])) continue;
    std::size_t end = at + prefix.size();
    while (end < text.size() && is_token_char(text[end])) ++end;
    if (end - at < prefix.size() + min) continue;
    text.replace(at, end - at, kMark);
  }
}

// `Bearer xyz` and `Basic xyz` keep their first word.
void redact_scheme(std::string& text, std::string_view scheme) {
  for (std::size_t at = text.find(scheme); at != std::string::npos; at = text.find(scheme, at + scheme.size())) {
    std::size_t end = at + scheme.size();
    while (end < text.size() &&
           (is_token_char(text[end]) || text[end] == '+' || text[end] == '/' || text[end] == '=' || text[end] == '~')) {
      ++end;
    }
    if (end - at >= scheme.size() + kMinSecretBytes) text.replace(at + scheme.size(), end - at - scheme.size(), kMark);
  }
}

// `://user:password@host` keeps the host.
void redact_user_info(std::string& text) {
  for (std::size_t at = text.find("://"); at != std::string::npos; at = text.find("://", at + 3)) {
    std::size_t end = at + 3;
    while (end < text.size() && !std::isspace(static_cast<unsigned char>(text[end])) &&
           std::string_view("/?#\"'<>\\@").find(text[end]) == std::string_view::npos) {
      ++end;
    }
    if (end < text.size() && text[end] == '@') text.replace(at + 3, end - at - 3, kMark);
  }
}

// `--api-key VALUE`: the value is the next word, unless that is an option, too.
bool is_option_before_value(const std::string& text, std::string_view name, std::size_t end) {
  return name.starts_with("--") && end + 1 < text.size() && text[end] == ' ' && text[end + 1] != '-';
}

// Skips the marks that may stand between a name and its value: `NAME=v`, `"name": "v"`, `name: v`, `\"name\":\"v\"`.
std::size_t value_start(const std::string& text, std::size_t at, bool assigned) {
  while (at < text.size() && std::string_view("=:\"' \\").find(text[at]) != std::string_view::npos) {
    assigned = assigned || text[at] == '=' || text[at] == ':';
    ++at;
  }
  return assigned ? at : std::string::npos;
}

bool is_name_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
}

// `first token` is a phase, and what stands behind its colon the news of it.
bool is_phase_name(std::string_view text, std::size_t end) {
  return text.substr(0, end).ends_with("first token");
}

// Whether any secret name could stand in the text: a cheap look that spares most texts the dear one.
bool may_name_a_secret(std::string_view text) {
  constexpr std::array<std::string_view, 6> kStarts = {"token", "secret", "passw", "api", "authorization", "cookie"};
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char first = lower(text[at]);
    if (first != 't' && first != 's' && first != 'p' && first != 'a' && first != 'c') continue;
    for (const std::string_view start : kStarts) {
      if (start[0] != first || text.size() - at < start.size()) continue;
      if (std::equal(start.begin(), start.end(), text.begin() + static_cast<std::ptrdiff_t>(at),
                     [&](char a, char b) { return a == lower(b); })) {
        return true;
      }
    }
  }
  return false;
}

void redact_named_values(std::string& text) {
  if (!may_name_a_secret(text)) return;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_name_char(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_name_char(text[end])) ++end;
    const std::string_view name(text.data() + at, end - at);
    at = end;
    if (name.size() > 64 || !is_secret_name(name) || is_phase_name(text, end)) continue;
    const bool is_option = is_option_before_value(text, name, end);
    const std::size_t value = value_start(text, end, is_option);
    if (value == std::string::npos) continue;
    std::size_t stop = value;
    while (stop < text.size() && std::string_view("\"'\\,;&\n\r\t{}[]").find(text[stop]) == std::string_view::npos &&
           !(text[stop] == ' ' && (is_option || name.find('_') != std::string_view::npos))) {
      ++stop;
    }
    // `Bearer [redacted]` and `[redacted]` are what an earlier rule left.
    if (stop == value || text.compare(stop, kMark.size(), kMark) == 0) continue;
    text.replace(value, stop - value, kMark);
    at = value + kMark.size();
  }
}

}  // namespace

bool is_secret_name(std::string_view name) {
  std::string lower = to_lower(name);
  std::replace(lower.begin(), lower.end(), '-', '_');  // `--api-key`, `X-Api-Key`
  if (lower == "token" || ends_with(lower, "_token")) return true;
  return std::any_of(kSecretParts.begin(), kSecretParts.end(), [&](std::string_view p) { return contains(lower, p); });
}

void add_secret(std::string_view value) {
  if (value.size() < kMinSecretBytes) return;
  Secrets& all = secrets();
  const std::lock_guard lock(all.mutex);
  if (std::find(all.values.begin(), all.values.end(), value) != all.values.end()) return;
  all.values.emplace_back(value);
  // Longest first, so that a secret that contains another leaves nothing of itself.
  std::sort(all.values.begin(), all.values.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

void add_secret_of_assignment(std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos || !is_secret_name(assignment.substr(0, equals))) return;
  add_secret(assignment.substr(equals + 1));
}

void add_secrets_of_environment() {
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) add_secret_of_assignment(*entry);
}

std::string redact(std::string_view input) {
  std::string text(input);
  // Most texts of a journal are short words; the journal stands in the way of every measurement.
  if (text.size() < kMinSecretBytes) return text;
  {
    Secrets& all = secrets();
    const std::lock_guard lock(all.mutex);
    for (const std::string& value : all.values) {
      for (std::size_t at = text.find(value); at != std::string::npos; at = text.find(value, at + kMark.size())) {
        text.replace(at, value.size(), kMark);
      }
    }
  }
  redact_scheme(text, "Bearer ");
  redact_scheme(text, "Basic ");
  const bool assigns = text.find_first_of("=:") != std::string::npos;
  if (assigns || text.find("--") != std::string::npos) redact_named_values(text);
  redact_prefixed(text, "hf_", 16);
  redact_prefixed(text, "sk-", 16);
  if (assigns) redact_user_info(text);
  return text;
}

}  // namespace exo_harness
