#pragma once

namespace CLI {
class App;
}

namespace exo_harness::tools {

/// Adds `upgrade-check`: what a change of Exo's version breaks, before it is made.
void add_upgrade_check_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools
