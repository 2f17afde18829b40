#pragma once

#include <string>
#include <vector>

namespace exo_harness::cluster {

/// The variable that holds addresses with user and password, `http://user:password@host:port`, separated by blanks. It
/// is the only way on which they reach a process that knows the cluster by its file: that file has none of them.
inline constexpr const char* kCredentialsVariable = "EXO_HARNESS_CREDENTIALS";

/// An address without user and password.
std::string without_credentials(const std::string& api);

/// Fails where a password in `api` has a `/`, `?` or `#` as it is, so that a part of it reads as the path: UsageError
/// that shows the host alone. Digits between the colon and that sign are a port.
void check_credentials(const std::string& api);

/// `api` for a message, without all that stands before its last `@`, whatever it is.
std::string host_alone(const std::string& api);

/// Those of `apis` that have user and password, as `kCredentialsVariable` holds them; empty: none has.
std::string credentials_of(const std::vector<std::string>& apis);

/// `api` with the user and the password that this process's `kCredentialsVariable` has for it.
/// Fails: UsageError that says how to give them.
std::string with_credentials(const std::string& api);

}  // namespace exo_harness::cluster
