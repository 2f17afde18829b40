#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::exo {

/// Where `got` breaks what a client that knows the JSON `recorded` relies on; empty: nowhere. One line each:
/// `/choices/0/message: no key content`.
///
/// Every key is there and of the same kind (text, number, list …), a null is where one was recorded, and what is a word
/// of the protocol (`object`, `role`, `type` …) is that word. Each element of a list, and each value of a map whose
/// keys are ids, is like one that was recorded. Not compared: keys that are new (unless null: a generation that leaves
/// nulls out must not send them), values of unknown tags, what was recorded as null or empty, nulls of a
/// model card.
std::vector<std::string> shape_differences(std::string_view recorded, std::string_view got);

}  // namespace exo_harness::exo
