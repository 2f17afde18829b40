#include "exo_harness/core/redact.h"

#include <cstdlib>
#include <string>

#include <unistd.h>

#include "exo_harness/core/text.h"

#include "known_secrets.h"
#include "secret_name.h"
#include "secret_spans.h"

extern char** environ;

namespace exo_harness {
namespace {

// A folder or a switch in a variable that is called a key is none.
bool may_be_secret(std::string_view value) {
  return !value.starts_with('/') && !value.starts_with('~') && !value.starts_with("./");
}

// The password of a URL, as a header or a log writes it.
std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
    out += escape ? static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)) : text[i];
    if (escape) i += 2;
  }
  return out;
}

}  // namespace

bool is_secret_name(std::string_view name) {
  const NameKind kind = kind_of_name(name);
  return kind == NameKind::token || kind == NameKind::password || kind == NameKind::header;
}

void add_secret(std::string_view value) {
  know_secret(value);
}

void add_secret_of_assignment(std::string_view assignment) {
  const std::size_t equals = assignment.find('=');
  if (equals == std::string_view::npos) return;
  const std::string_view name = assignment.substr(0, equals), value = assignment.substr(equals + 1);
  if (name == kSecretsVariable) {
    for (const std::string_view secret : lines(value)) add_secret(secret);
    return;
  }
  const NameKind kind = kind_of_name(name);
  const bool by_name = is_secret_name(name);
  const bool by_both = (kind == NameKind::key || kind == NameKind::auth || kind == NameKind::folder) &&
                       name.size() > 6 && value.size() >= 8 && may_be_secret(value);
  if (by_name || by_both) add_secret(value);
  add_secrets_of_text(value);
}

void add_secrets_of_text(std::string_view text) {
  for (const Span& span : secret_spans(text)) {
    const std::string_view secret = text.substr(span.begin, span.end - span.begin);
    add_secret(secret);
    add_secret(percent_decoded(secret));
    const std::size_t colon = secret.find(':');
    if (colon == std::string_view::npos || text.substr(span.end, 1) != "@") continue;
    add_secret(secret.substr(colon + 1));
    add_secret(percent_decoded(secret.substr(colon + 1)));
  }
}

void add_secrets_of_environment() {
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) add_secret_of_assignment(*entry);
  ::unsetenv(kSecretsVariable);
}

std::string redact(std::string_view text) {
  const Spans spans = secret_spans(text);
  if (spans.empty()) return std::string(text);
  std::string out;
  out.reserve(text.size());
  std::size_t done = 0;
  for (const Span& span : spans) {
    out += text.substr(done, span.begin - done);
    out += mark_of(span);
    done = span.end;
  }
  out += text.substr(done);
  return out;
}

}  // namespace exo_harness
