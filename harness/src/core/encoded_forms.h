#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exo_harness {

/// Each way in which a text may write `value`: as it is; in base64 and base64url, wherever it begins there; in
/// percent-encoding; in hexadecimal; escaped as JSON, HTML and string literals do. At least `least` bytes long each,
/// the longest first, none twice. Of base64 only what the value alone decides.
std::vector<std::string> encoded_forms(std::string_view value, std::size_t least);

}  // namespace exo_harness
