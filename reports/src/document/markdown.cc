#include "markdown.h"

#include <algorithm>
#include <cctype>

#include "exo_harness/core/text.h"

#include "sanitize.h"

namespace exo_reports {
namespace {

constexpr std::size_t kMaxProseBytes = 2000;

std::size_t longest_run_of_backticks(std::string_view text) {
  std::size_t longest = 0, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

bool is_alnum(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// No mark of markdown, HTML or a runner, no mention and no link.
bool is_plain_prose(std::string_view line) {
  if (line.empty() || !is_letter(line.front()) || line.find("://") != std::string_view::npos ||
      line.find("www.") != std::string_view::npos || line.find("::") != std::string_view::npos) {
    return false;
  }
  for (std::size_t i = 0; i < line.size(); ++i) {
    // Between two letters an underscore is one.
    const bool inside =
        line[i] == '_' && i > 0 && i + 1 < line.size() && is_alnum(line[i - 1]) && is_alnum(line[i + 1]);
    if (!inside && !is_alnum(line[i]) && std::string_view(" .,;:()'-/=+%").find(line[i]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

// Code needs no escapes, but not everything that shows a summary knows what code is.
std::string without_tags(std::string text) {
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    const char next = at + 1 < text.size() ? text[at + 1] : ' ';
    if (is_letter(next) || next == '/' || next == '!' || next == '?') text.replace(at, 1, "&lt;");
  }
  return text;
}

}  // namespace

std::string code_span(std::string_view text) {
  const std::string line = without_tags(sanitized_line(exo_harness::trim(text)));
  if (exo_harness::trim(line).empty()) return "`-`";
  const std::string ticks(longest_run_of_backticks(line) + 1, '`');
  const bool pad = line.front() == '`' || line.back() == '`';
  return ticks + (pad ? " " : "") + line + (pad ? " " : "") + ticks;
}

std::string prose(std::string_view text) {
  const std::string line = sanitized_line(exo_harness::trim(text), kMaxProseBytes);
  return is_plain_prose(line) ? line : code_span(text);
}

std::string table_cell(std::string_view text) {
  std::string cell = code_span(text);
  // A pipe ends the cell, even inside code, unless escaped.
  for (std::size_t at = cell.find('|'); at != std::string::npos; at = cell.find('|', at + 2)) cell.insert(at, 1, '\\');
  return cell;
}

std::string fenced(std::string_view text, std::size_t limit) {
  std::string body = sanitized(exo_harness::trim(text), limit);
  // `::` at the start of a line is a command to some runners.
  for (std::size_t at = 0; at != std::string::npos; at = body.find('\n', at + 1)) {
    const std::size_t start = at == 0 ? 0 : at + 1;
    if (body.compare(start, 2, "::") == 0) body.insert(start, 1, ' ');
  }
  body = without_tags(std::move(body));
  const std::string fence(std::max<std::size_t>(3, longest_run_of_backticks(body) + 1), '`');
  return fence + "text\n" + body + "\n" + fence + "\n";
}

}  // namespace exo_reports
