#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"

namespace exo_harness::oracle {

/// The first of `marks` in `text`; empty when it holds none.
std::string mark_in(std::string_view text, const std::vector<std::string>& marks);

/// Whether neither the text nor the reasoning of an answer, nor a call of a tool, holds a mark of the template: what
/// its reader must never see. Fails: `mismatch` with the mark, where it is, and what stands around it.
Outcome<Done> has_no_mark(const exo::ChatAnswer& answer, const std::vector<std::string>& marks);

/// Whether neither the text nor the reasoning of an answer ends in one of `marks`, as it does where the end token of
/// the model is told as text. White space behind it does not count. For marks that may stand within a text, as `</s>`
/// in HTML. Fails: `mismatch`, as above.
Outcome<Done> ends_in_no_mark(const exo::ChatAnswer& answer, const std::vector<std::string>& marks);

}  // namespace exo_harness::oracle
