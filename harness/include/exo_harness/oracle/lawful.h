#pragma once

#include <cstdint>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::oracle {

/// Whether an answer can be true, whatever was asked: tokens that were counted say something, counts agree with each
/// other and with Exo's statistics, speeds are above 0 and none that no engine reaches (1,000,000 tokens a second),
/// `created` is of this day, and log-probabilities are a distribution (sorted, none above 0, together at most 1) over
/// the tokens that make the text. A stop string that ends an answer before its first letter makes it look empty. `now`:
/// seconds since 1970 of this machine. Fails: `mismatch` with the law that is broken and the numbers. Source: contract
/// 6 to 8.
Outcome<Done> is_lawful(const exo::ChatAnswer& answer, std::int64_t now);

/// The same of a stream, whether its pieces make its text, and whether its tokens took, from the first to the end,
/// about as long as its statistics say: at most 10 s and a hundred times that. A stream that its reader ended is looked
/// at as far as it came.
Outcome<Done> is_lawful(const exo::ChatStream& stream, std::int64_t now);

}  // namespace exo_harness::oracle
