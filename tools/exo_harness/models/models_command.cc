#include "models/models_command.h"

#include <CLI/CLI.hpp>

#include "models/models_subcommands.h"

namespace exo_harness::tools {

void add_models_command(CLI::App& app, int& exit_code) {
  CLI::App* models = app.add_subcommand("models", "Models: list, analyze, rehearse, stage, unstage, check, fetch");
  models->require_subcommand(1);
  add_models_list(*models);
  add_models_analyze(*models);
  add_models_rehearse(*models, exit_code);
  add_models_stage(*models);
  add_models_unstage(*models);
  add_models_check(*models, exit_code);
  add_models_fetch(*models);
}

}  // namespace exo_harness::tools
