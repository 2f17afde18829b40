#pragma once

#include <optional>
#include <string_view>

#include "span.h"

namespace exo_harness {

/// The block of a private key of which `-----BEGIN` or `-----END` stands at `at`: to its other end, or, where a
/// rotation or an excerpt has cut it, over the lines of base64 that belong to it. Line ends may be written as `\n`.
std::optional<Span> find_private_key(std::string_view text, std::size_t at);

}  // namespace exo_harness
