#pragma once

namespace CLI {
class App;
}

namespace exo_harness::tools {

/// Registers `exo-harness load`.
void add_load_command(CLI::App& app, int& exit_code);

}  // namespace exo_harness::tools
