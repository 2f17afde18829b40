#include "exo_harness/cluster/api_credentials.h"

#include <algorithm>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {

std::string without_credentials(const std::string& api) {
  const std::size_t scheme = api.find("://");
  if (scheme == std::string::npos) return api;
  const std::size_t host = scheme + 3, end = api.find_first_of("/?#", host), at = api.substr(0, end).rfind('@');
  return at == std::string::npos || at < host ? api : api.substr(0, host) + api.substr(at + 1);
}

std::string host_alone(const std::string& api) {
  const std::size_t scheme = api.find("://"), at = api.rfind('@');
  if (at == std::string::npos) return redact(printable(api));
  const std::size_t host = scheme == std::string::npos || scheme > at ? 0 : scheme + 3;
  return redact(printable(api.substr(0, host) + "[redacted]" + api.substr(at)));
}

void check_credentials(const std::string& api) {
  const std::size_t scheme = api.find("://");
  if (scheme == std::string::npos) return;
  const std::size_t host = scheme + 3, end = std::min(api.find_first_of("/?#", host), api.size());
  const std::string authority = api.substr(host, end - host);
  const std::size_t colon = authority.find(':');
  if (api.find('@', end) == std::string::npos || colon == std::string::npos || authority.starts_with('[')) return;
  if (authority.find('@') == std::string::npos && end > host + colon + 1 &&
      authority.find_first_not_of("0123456789", colon + 1) == std::string::npos)
    return;
  throw UsageError(format("--api: the password in '{}' has a `/`, `?` or `#`, which ends the host", host_alone(api)),
                   "percent-encode it: %2F for `/`, %3F for `?`, %23 for `#`, %40 for `@`");
}

std::string credentials_of(const std::vector<std::string>& apis) {
  std::vector<std::string> found;
  for (const std::string& api : apis) {
    if (without_credentials(api) != api) found.push_back(api);
  }
  return join(found, " ");
}

std::string with_credentials(const std::string& api) {
  const std::string held = environment(kCredentialsVariable);
  for (const std::string_view part : split(held, ' ')) {
    const std::string candidate(part);
    if (candidate == api || without_credentials(candidate) != api) continue;
    add_secrets_of_text(candidate);
    return candidate;
  }
  throw UsageError(format("{} wants a user and a password, which no file keeps", api),
                   format("export {}=http://USER:PASSWORD@HOST:PORT", kCredentialsVariable));
}

}  // namespace exo_harness::cluster
