#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "toml_table.h"

namespace exo_harness::model {

/// The phases in which a placement may fail, in their order.
const std::vector<std::string>& phase_names();

// Values that only certain words may be. Each fails: HarnessError `FILE:LINE: KEY: expected …, found …; did you mean
// …?`.

/// A day, `YYYY-MM-DD`; empty: not given.
std::string day(TomlTable& table, std::string_view key);

/// Generations of Exo with commas between; empty: not given.
std::string generations(TomlTable& table, std::string_view key);

/// Phases with commas between; empty: not given.
std::string phases(TomlTable& table, std::string_view key);

/// The key itself names a mode: `single`, `tensor-jaccl-2`.
void check_mode_name(const TomlTable& parent, std::string_view key);

}  // namespace exo_harness::model
