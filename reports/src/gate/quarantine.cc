#include "exo_reports/quarantine.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "exo_harness/core/format.h"
#include "exo_harness/core/number.h"
#include "exo_harness/core/redact.h"

#include "toml/toml_table.h"

namespace exo_reports {
namespace {

using exo_harness::TomlTable;

constexpr int kMaxDays = 14;

// Days since 1970 of `2026-11-29`; nothing when it is no day.
std::optional<std::chrono::sys_days> day_of(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) {
    return exo_harness::whole_number<int>(std::string_view(text).substr(at, size)).value_or(-1);
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 1970 || !date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

QuarantineEntry entry_of(TomlTable& table) {
  QuarantineEntry entry{table.required_text("test"),   table.required_text("signature"), table.required_text("owner"),
                        table.required_text("issue"),  table.required_text("reason"),    table.required_text("added"),
                        table.required_text("expires")};
  for (std::string* text : {&entry.owner, &entry.issue, &entry.reason}) *text = exo_harness::redact(*text);
  table.expect_no_other_keys();
  if (entry.test.find_first_not_of('*') == std::string::npos) table.fail("test", "a test, not all of them");
  if (entry.signature.find_first_not_of('*') == std::string::npos)
    table.fail("signature", "what this failure says: another one must gate");
  const auto added = day_of(entry.added), expires = day_of(entry.expires);
  if (!added) table.fail("added", "a day, such as 2026-11-29");
  if (!expires) table.fail("expires", "a day, such as 2026-11-29");
  if (*expires < *added || *expires - *added > std::chrono::days(kMaxDays)) {
    table.fail("expires", exo_harness::format("a day at most {} days after it was added", kMaxDays));
  }
  return entry;
}

}  // namespace

std::vector<QuarantineEntry> read_quarantine(const std::filesystem::path& file) {
  const toml::table parsed = exo_harness::parse_toml_file(file);
  TomlTable root(parsed, file);
  std::vector<QuarantineEntry> entries;
  for (TomlTable& table : root.table_array("quarantine")) entries.push_back(entry_of(table));
  root.expect_no_other_keys();
  return entries;
}

bool matches_pattern(std::string_view text, std::string_view pattern) {
  // Where the last `*` stood, and how much of the text it has taken.
  std::size_t at = 0, in = 0, star = std::string_view::npos, taken = 0;
  while (at < text.size()) {
    if (in < pattern.size() && pattern[in] == '*') {
      star = in++;
      taken = at;
    } else if (in < pattern.size() && pattern[in] == text[at]) {
      ++at;
      ++in;
    } else if (star != std::string_view::npos) {
      in = star + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', in) == std::string_view::npos;
}

bool matches_any(std::string_view text, const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const auto& one) { return matches_pattern(text, one); });
}

}  // namespace exo_reports
