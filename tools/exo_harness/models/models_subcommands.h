#pragma once

namespace CLI {
class App;
}

namespace exo_harness::tools {

// Each registers one subcommand below `models`.
void add_models_list(CLI::App& models);
void add_models_analyze(CLI::App& models);
void add_models_rehearse(CLI::App& models, int& exit_code);
void add_models_stage(CLI::App& models);
void add_models_unstage(CLI::App& models);
void add_models_check(CLI::App& models, int& exit_code);
void add_models_fetch(CLI::App& models);

}  // namespace exo_harness::tools
