#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/phase.h"

#include "toml/toml_table.h"

namespace exo_harness::model {

// Values that only certain words may be. Each fails: HarnessError `FILE:LINE: KEY: expected …, found …; did you mean
// …?`.

/// A day, `YYYY-MM-DD`; empty: not given.
std::string day(TomlTable& table, std::string_view key);

/// Generations of Exo with commas between; empty: not given.
std::string generations(TomlTable& table, std::string_view key);

/// Phases with commas between; empty: not given. Nothing of the project fails in `preflight`, which is no such word.
std::vector<Phase> phases(TomlTable& table, std::string_view key);

/// The key itself names a mode: `single`, `tensor-jaccl-2`.
void check_mode_name(const TomlTable& parent, std::string_view key);

}  // namespace exo_harness::model
