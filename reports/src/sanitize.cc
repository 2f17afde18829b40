#include "sanitize.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>
#include <vector>

#include "exo_harness/core/format.h"
#include "exo_harness/core/harmless.h"
#include "exo_harness/core/text.h"
#include "exo_harness/core/utf8.h"

namespace exo_reports {
namespace {

constexpr std::size_t kMarkBytes = 40;  // What `shorten` adds.

std::string without_middle(std::string_view text, std::size_t limit) {
  const std::size_t head = exo_harness::begin_of_character(text, limit * 3 / 4);
  const std::size_t tail = exo_harness::next_character(text, text.size() - limit / 4);
  return exo_harness::format("{}\n[... {} bytes left out ...]\n{}", text.substr(0, head), tail - head,
                             text.substr(tail));
}

}  // namespace

std::string sanitized(std::string_view text, std::size_t limit) {
  const std::string cut = text.size() > limit ? without_middle(text, limit) : std::string(text);
  return exo_harness::harmless(cut);
}

std::string sanitized_line(std::string_view text, std::size_t limit) {
  std::string line = sanitized(exo_harness::shorten(text, limit), 2 * limit + 100);
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
  }
  // What may not stand takes four bytes and more for one.
  return line.size() <= limit + kMarkBytes ? line : exo_harness::shorten(line, limit);
}

std::string summary_line(std::string_view message) {
  const std::vector<std::string_view> all = exo_harness::lines(exo_harness::trim(message));
  if (all.empty()) return "";
  const auto after = [&](std::size_t line, std::string_view label) -> std::optional<std::string_view> {
    if (line >= all.size()) return std::nullopt;
    const std::string_view text = exo_harness::trim(all[line]);
    if (text.substr(0, label.size()) != label) return std::nullopt;
    return exo_harness::trim(text.substr(label.size()));
  };
  const auto value = after(0, "Value of:"), expected = after(1, "Expected:"), actual = after(2, "Actual:");
  if (value && expected && actual) {
    return sanitized_line(exo_harness::format("{}: expected {}; was {}", *value, *expected, *actual));
  }
  const auto truth = after(1, "Actual:"), wanted = after(2, "Expected:");
  if (value && truth && wanted) {  // Of EXPECT_TRUE: what its author adds says more than `false`.
    if (all.size() > 3 && !after(3, "Google Test trace:")) return sanitized_line(all[3]);
    return sanitized_line(exo_harness::format("{}: expected {}; was {}", *value, *wanted, *truth));
  }
  if (!after(0, "Expected")) return sanitized_line(all[0]);
  std::string joined;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, all.size()); ++i) {
    joined += joined.empty() ? "" : " ";
    joined += exo_harness::trim(all[i]);
  }
  return sanitized_line(joined);
}

std::string seconds(std::int64_t ms) {
  char digits[24];
  if (ms < 0) ms = 0;
  std::string text(digits, std::to_chars(digits, digits + sizeof digits, ms / 1000).ptr);
  const int rest = static_cast<int>(ms % 1000);
  text += '.';
  text += static_cast<char>('0' + rest / 100);
  text += static_cast<char>('0' + rest / 10 % 10);
  text += static_cast<char>('0' + rest % 10);
  return text;
}

std::string duration(std::int64_t ms) {
  return exo_harness::humanize(std::chrono::milliseconds(ms < 0 ? 0 : ms));
}

std::string failure_text(const exo_harness::journal::ExchangeDone& exchange) {
  if (!exchange.failure_kind) return exchange.failure;
  return exo_harness::format("{}: {}", to_string(*exchange.failure_kind), exchange.failure);
}

}  // namespace exo_reports
