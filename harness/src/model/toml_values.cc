#include "toml_values.h"

#include <algorithm>
#include <charconv>

#include "exo_harness/core/text.h"
#include "exo_harness/exo/mode.h"

namespace exo_harness::model {
namespace {

/// The number of exactly `length` digits in front; -1: there is none.
int digits(std::string_view text, std::size_t at, std::size_t length) {
  const std::string_view part = text.substr(std::min(at, text.size()), length);
  int number = -1;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
  return error == std::errc() && end == part.data() + length && part[0] != '-' ? number : -1;
}

bool is_day(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const int month = digits(text, 5, 2), day_of_month = digits(text, 8, 2);
  return digits(text, 0, 4) > 0 && month >= 1 && month <= 12 && day_of_month >= 1 && day_of_month <= 31;
}

void check_words(const TomlTable& table, std::string_view key, std::string_view value, std::string_view expected,
                 const std::vector<std::string>& known) {
  for (const std::string_view part : split(value, ',')) {
    const std::string_view word = trim(part);
    if (std::find(known.begin(), known.end(), word) == known.end()) table.fail_at_word(key, expected, word, known);
  }
}

}  // namespace

std::string day(TomlTable& table, std::string_view key) {
  std::string value = table.text(key);
  if (!value.empty() && !is_day(value)) table.fail_at_word(key, "a day, YYYY-MM-DD", value, {});
  return value;
}

std::string generations(TomlTable& table, std::string_view key) {
  std::string value = table.text(key);
  const std::vector<std::string> known = {std::string(to_string(exo::Generation::v1_0_71)),
                                          std::string(to_string(exo::Generation::main))};
  if (!value.empty()) check_words(table, key, value, "generations of Exo (" + join(known, ", ") + ")", known);
  return value;
}

std::vector<Phase> phases(TomlTable& table, std::string_view key) {
  std::vector<std::string> known;
  for (const Phase phase : all_phases()) {
    if (phase != Phase::preflight) known.emplace_back(to_string(phase));
  }
  const std::string value = table.text(key);
  std::vector<Phase> phases;
  if (value.empty()) return phases;
  check_words(table, key, value, "phases (" + join(known, ", ") + ")", known);
  for (const std::string_view part : split(value, ',')) phases.push_back(*parse_phase(trim(part)));
  return phases;
}

void check_mode_name(const TomlTable& parent, std::string_view key) {
  if (exo::parse_short_name(key)) return;
  parent.fail_at_word(key, "the short name of a mode (`single`, `pipeline-2`, `tensor-2`, `tensor-jaccl-2`)", key,
                      {"single", "pipeline-2", "pipeline-jaccl-2", "tensor-2", "tensor-jaccl-2"});
}

}  // namespace exo_harness::model
