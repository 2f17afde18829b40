#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace exo_reports {

/// A test that is known to fail in one way: it runs and is shown, and does not gate, until the entry expires.
struct QuarantineEntry {
  std::string test;       ///< `Suite.Test` with `*` for anything.
  std::string signature;  ///< What the failure must say; `*` for anything. Another failure gates.
  std::string owner, issue, reason;
  std::string added, expires;  ///< Days, `2026-11-29`; at most 14 days apart.
};

/// Reads `[[quarantine]]` tables of a TOML file. Fails: HarnessError with file and line: a missing or unknown key, a
/// day that is none, more than 14 days.
std::vector<QuarantineEntry> read_quarantine(const std::filesystem::path& file);

/// Whether `text` is what `pattern` says, with `*` for any characters.
bool matches_pattern(std::string_view text, std::string_view pattern);
/// Whether it is what one of `patterns` says.
bool matches_any(std::string_view text, const std::vector<std::string>& patterns);

}  // namespace exo_reports
