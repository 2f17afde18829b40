#pragma once

#include <string_view>
#include <vector>

namespace exo_harness::doctor {

/// What a line of a start script says without its comment, and which of its characters stand in quotes. A view into
/// the script.
struct ScriptLine {
  std::string_view text;
  std::vector<bool> quoted;
};
ScriptLine read_script_line(std::string_view text);

/// What a line does with a setting, the stronger the later.
enum class Use {
  none,
  taken_away,  ///< `unset NAME`, `env -u NAME`, `NAME=`.
  mentioned,   ///< It may be set: in quotes, as another language has it, as a pattern.
  set,
};
/// `setting`: a variable, or a flag such as `--namespace`, of which a beginning counts, too, as argparse takes it.
Use use_of(const ScriptLine& line, std::string_view setting);

}  // namespace exo_harness::doctor
