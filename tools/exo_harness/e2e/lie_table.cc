#include "lie_table.h"

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

constexpr std::size_t kColumns = 10;
constexpr const char* kHead = "lie";

// `| a | b\|c |` in its cells.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cells.back() += line[++i];
    } else if (line[i] == '|') {
      cells.emplace_back();
    } else {
      cells.back() += line[i];
    }
  }
  cells.pop_back();  // Behind the last bar.
  for (std::string& cell : cells) cell = std::string(trim(cell));
  return cells;
}

Lie lie_of(const std::vector<std::string>& cells) {
  return {cells[0], cells[1],         cells[2], cells[3].empty() ? "llama-3.2-1b" : cells[3],
          cells[4], cells[5],         cells[6], cells[7].empty() ? "failed" : cells[7],
          cells[8], cells[9] == "yes"};
}

}  // namespace

std::vector<Lie> read_lies(const std::filesystem::path& file) {
  std::vector<Lie> lies;
  const std::string text = read_file(file);
  bool in_table = false;
  for (const std::string_view line : lines(text)) {
    const auto cells = line.starts_with("|") ? cells_of(line) : std::vector<std::string>();
    if (cells.empty() || (cells[0] == kHead && cells.size() != kColumns)) in_table = false;
    if (cells.size() == kColumns && cells[0] == kHead) {
      in_table = true;
    } else if (in_table && !cells[0].starts_with("---")) {
      if (cells.size() != kColumns) throw HarnessError(format("not a lie: {}", line), "write ten cells");
      lies.push_back(lie_of(cells));
    }
  }
  return lies;
}

}  // namespace exo_harness::tools
