#pragma once

#include <string>
#include <string_view>

namespace exo_harness::http {

/// `text` as a part of a URL: all but the unreserved characters of RFC 3986 (letters, digits, `-._~`) as `%41`, byte by
/// byte, as libcurl does it. Threads: any. Fails: HarnessError when memory is out.
std::string percent_encoded(std::string_view text);

}  // namespace exo_harness::http
