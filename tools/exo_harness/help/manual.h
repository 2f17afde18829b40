#pragma once

#include <string>

#include "help/command_help.h"

namespace exo_harness::tools {

/// `exo-harness-models-list`: the name of a command's page.
std::string page_name(const CommandHelp& command);

/// The manual page of one command in man(7), section 1: synopsis, description, commands, options, and the footer as
/// notes. `parent`: the command above, for SEE ALSO; null: none. `date`: `YYYY-MM-DD`. Source: mandoc's man(7).
std::string manual_page(const CommandHelp& command, const CommandHelp* parent, const std::string& date);

}  // namespace exo_harness::tools
