#pragma once

#include <string_view>

#include "span.h"

namespace exo_harness {

/// Where secrets stand in `text`: known values in all their forms, shapes, names and keys, also where colours cut them
/// in two. In order, none over another. Linear in the length of the text. Threads: any.
Spans secret_spans(std::string_view text);

/// No secret is recognised by what stands further away than that, in bytes, before and behind it.
inline constexpr std::size_t kSecretReach = 64u << 10;

}  // namespace exo_harness
