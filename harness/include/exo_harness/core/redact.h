#pragma once

#include <string>
#include <string_view>

namespace exo_harness {

/// `text` with secrets replaced by `[redacted]`. The one place where secrets end: journal, exchanges, log copies and
/// reports all pass through here.
///
/// What counts: values of variables and keys whose name says so (`*TOKEN*`, `*SECRET*`, `*PASSWORD*`, `*API_KEY*`,
/// `AUTHORIZATION`, `COOKIE`), `Bearer …`, `hf_…` and `sk-…` tokens, user info in URLs, and every value given to
/// `add_secret`. Threads: any.
std::string redact(std::string_view text);

/// From now on `redact` also replaces `value` wherever it stands. Values under 6 bytes are ignored: they would hit
/// innocent text. Threads: any.
void add_secret(std::string_view value);

/// Whether a variable or key of that name holds a secret.
bool is_secret_name(std::string_view name);

/// Calls `add_secret` for the value of `NAME=value`, if the name says that it is one.
void add_secret_of_assignment(std::string_view assignment);

/// Calls `add_secret` for each secret-named variable of this process's environment.
void add_secrets_of_environment();

}  // namespace exo_harness
