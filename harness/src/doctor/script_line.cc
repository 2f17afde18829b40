// Reads lines of a start script, as a shell does as far as that matters: comments, quotes, what takes a variable away.
#include "script_line.h"

#include <algorithm>
#include <cctype>

#include "exo_harness/core/text.h"

namespace exo_harness::doctor {
namespace {

bool is_of_a_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

// The command that a place stands in, up to that place.
std::string_view command_before(std::string_view line, std::size_t at) {
  const std::string_view before = line.substr(0, at);
  const std::size_t begin = before.find_last_of(";&|(");
  return trim(begin == before.npos ? before : before.substr(begin + 1));
}

// `unset A NAME`, `env -u NAME`, `NAME=` without a value.
bool takes_away(std::string_view command, std::string_view after) {
  if (command.ends_with("-u") || command == "unset" || command.starts_with("unset ")) return true;
  return after.starts_with('=') && (after.size() == 1 || contains(" \t;&|)", after.substr(1, 1)) ||
                                    after.starts_with("=\"\"") || after.starts_with("=''") || after == "=\"");
}

Use use_of_variable(const ScriptLine& line, std::string_view name) {
  Use most = Use::none;
  for (std::size_t at = line.text.find(name); at != line.text.npos; at = line.text.find(name, at + 1)) {
    const std::string_view after = line.text.substr(at + name.size());
    const char before = at == 0 ? ' ' : line.text[at - 1];
    if (is_of_a_word(before) || (!after.empty() && is_of_a_word(after.front()))) continue;
    Use use = Use::mentioned;
    if (takes_away(command_before(line.text, at), after))
      use = Use::taken_away;
    else if (after.starts_with('=') && !after.starts_with("=\"\"") && !line.quoted[at])
      use = Use::set;
    else if (before == '$' || (before == '{' && (after.starts_with('}') || after.starts_with(":-"))))
      use = Use::none;  // It is read, no more.
    most = std::max(most, use);
  }
  return most;
}

// A flag, or a beginning of it that argparse takes for it, too.
Use use_of_flag(const ScriptLine& line, std::string_view name) {
  constexpr std::size_t kLeast = 6;
  Use most = Use::none;
  for (std::size_t at = line.text.find("--"); at != line.text.npos; at = line.text.find("--", at + 2)) {
    std::size_t end = at;
    while (end < line.text.size() && is_of_a_word(line.text[end])) ++end;
    const std::string_view word = line.text.substr(at, end - at);
    if ((at > 0 && is_of_a_word(line.text[at - 1])) || word.size() < kLeast || !name.starts_with(word)) continue;
    const bool is_a_pattern = end < line.text.size() && line.text[end] == ')';
    most = std::max(most, line.quoted[at] || is_a_pattern ? Use::mentioned : Use::set);
  }
  return most;
}

}  // namespace

ScriptLine read_script_line(std::string_view text) {
  ScriptLine line{text, std::vector<bool>(text.size())};
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool begins_comment =
        c == '#' && quote == 0 && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t' || text[i - 1] == ';');
    if (begins_comment) return {text.substr(0, i), line.quoted};
    if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    }
    line.quoted[i] = quote != 0;
  }
  return line;
}

Use use_of(const ScriptLine& line, std::string_view setting) {
  return setting.starts_with("--") ? use_of_flag(line, setting) : use_of_variable(line, setting);
}

}  // namespace exo_harness::doctor
