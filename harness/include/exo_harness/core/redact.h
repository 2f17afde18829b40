#pragma once

#include <string>
#include <string_view>

namespace exo_harness {

/// `text` with secrets replaced by `[redacted]`. The one place where secrets end: every file of a run passes through
/// here.
///
/// What counts: every value given to `add_secret`, as it is and in base64, percent-encoding, hexadecimal and escapes;
/// the shapes of `secret_shapes.cc`, web tokens and private keys; user info in URLs; values of variables, keys, headers
/// and options whose name says so (`*TOKEN*`, `accessToken`, `*SECRET*`, `*PASSWORD*`, `API_KEY`, `Authorization`,
/// `Cookie`, …); also where ANSI sequences cut them. What it cannot know is in reports/README.md. The result of valid
/// UTF-8 is valid UTF-8, that of JSON is JSON, and redacting it again changes nothing. Linear in the length of the
/// text. Threads: any.
std::string redact(std::string_view text);

/// From now on `redact` also replaces `value` wherever it stands. Values under 6 bytes are ignored: they would hit
/// innocent text. Threads: any.
void add_secret(std::string_view value);

/// Whether a variable or key of that name holds a secret.
bool is_secret_name(std::string_view name);

/// Calls `add_secret` for each secret that stands in `text` by itself, such as a URL or a word of a command line.
void add_secrets_of_text(std::string_view text);

/// Calls `add_secret` for the value of `NAME=value`, if the name says that it is one, or for what stands in it.
void add_secret_of_assignment(std::string_view assignment);

/// A variable that hands to our own child what we know, in `known_secrets` form: what it writes is a file of the run,
/// too.
inline constexpr const char* kSecretsVariable = "EXO_HARNESS_SECRETS";

/// All values that were added, one a line; for `kSecretsVariable`. A value of several lines is left out.
std::string known_secrets();

/// Calls `add_secret` for each secret-named variable of this process's environment, and for those of
/// `kSecretsVariable`, which is taken out of it.
void add_secrets_of_environment();

}  // namespace exo_harness
