#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace exo_harness::tools {

/// An option, a flag or a positional, as `--help` describes it.
struct OptionHelp {
  std::vector<std::string> names;  ///< `--suite`, `-h`; of a positional its one name, `MODEL`.
  std::string argument;            ///< `TEXT`, `INT`; empty: a flag, or a positional.
  std::string range;               ///< What the value must be: `INT in [1 - 64]`; may be empty.
  std::string preset;              ///< The default that is shown; may be empty.
  std::string description;
  bool positional = false, required = false, repeated = false;
  bool argument_optional = false;  ///< `--fallback [NAME]`.
};

/// A command and its subcommands.
struct CommandHelp {
  std::vector<std::string> path;  ///< `exo-harness`, `models`, `list`.
  std::string description, footer;
  std::vector<OptionHelp> options;
  std::vector<CommandHelp> commands;
};

/// What `app` and all its subcommands say of themselves, without what is hidden (group ""). Threads: any.
CommandHelp help_of(const CLI::App& app);

}  // namespace exo_harness::tools
