#include "app/known_options.h"

#include <algorithm>

#include <CLI/CLI.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {

void fail_unknown_option(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  const auto nearest = nearest_names(word.substr(0, word.find('=')), known);
  throw UsageError(format("{}: unknown option {}", app.get_name(), word),
                   nearest.empty() ? format("exo-harness {} --help lists them", app.get_name())
                                   : format("did you mean {}?", join(nearest, ", ")));
}

void explain_extra_words(const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands()) {
    explain_extra_words(*command);
    for (const std::string& word : command->remaining()) {
      if (word.starts_with("--")) fail_unknown_option(*command, word);
      throw UsageError(format("{}: unexpected argument `{}`", command->get_name(), word),
                       format("exo-harness {} --help lists what it takes", command->get_name()));
    }
  }
}

void check_command_name(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  if (word.starts_with('-') || std::find(known.begin(), known.end(), word) != known.end()) return;
  const auto nearest = nearest_names(word, known);
  throw UsageError(format("unknown command {}", word), nearest.empty()
                                                           ? format("there are {}", join(known, ", "))
                                                           : format("did you mean {}?", join(nearest, ", ")));
}

}  // namespace exo_harness::tools
