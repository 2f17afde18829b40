#pragma once

#include <string_view>

#include "span.h"

namespace exo_harness {

/// No secret is shorter: what is would hit innocent text.
inline constexpr std::size_t kMinSecretBytes = 6;

/// Adds a value for all texts to come. Threads: any.
void know_secret(std::string_view value);

/// Where a known value stands in `text`, in whatever form; in order, none over another. Threads: any.
void find_known_secrets(std::string_view text, Spans& found);

}  // namespace exo_harness
