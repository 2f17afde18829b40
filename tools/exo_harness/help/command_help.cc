#include "help/command_help.h"

#include <CLI/CLI.hpp>

namespace exo_harness::tools {
namespace {

OptionHelp help_of_option(const CLI::Option& option) {
  OptionHelp help;
  for (const std::string& name : option.get_lnames()) help.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) help.names.push_back("-" + name);
  help.positional = help.names.empty();
  if (help.positional) help.names.push_back(option.get_name(true));
  // `INT:INT in [1 - 64]`: the type, and what checks ask of the value.
  const std::string type = option.get_items_expected_max() > 0 ? option.get_type_name() : "";
  const auto colon = type.find(':');
  if (colon != std::string::npos) help.range = type.substr(colon + 1);
  help.argument = type.substr(0, colon);
  help.preset = option.get_default_str();
  help.description = option.get_description();
  help.required = option.get_required();
  help.repeated = option.get_expected_max() > 1;
  help.argument_optional = !help.argument.empty() && option.get_expected_min() == 0;
  return help;
}

CommandHelp help_of_command(const CLI::App& app, std::vector<std::string> path) {
  CommandHelp help;
  path.push_back(app.get_name());
  help.path = path;
  help.description = app.get_description();
  help.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) help.options.push_back(help_of_option(*option));
  }
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) help.commands.push_back(help_of_command(*command, path));
  }
  return help;
}

}  // namespace

CommandHelp help_of(const CLI::App& app) {
  return help_of_command(app, {});
}

}  // namespace exo_harness::tools
