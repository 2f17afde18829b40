#pragma once

#include <string>
#include <string_view>

namespace exo_reports {

// Hostile text in markdown. Inside code nothing is a link, a mention, an issue or HTML.

/// As one line of code, with more backticks around it than inside.
std::string code_span(std::string_view text);
/// As one line of running text where each character is plain, else as code.
std::string prose(std::string_view text);
/// As a line of code, safe in a cell of a table.
std::string table_cell(std::string_view text);
/// As a block of code, with a fence longer than any run of backticks inside.
std::string fenced(std::string_view text, std::size_t limit);

}  // namespace exo_reports
