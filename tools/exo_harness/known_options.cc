#include "known_options.h"

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
  throw UsageError(format("{}: there is no option {}", app.get_name(), word),
                   nearest.empty() ? format("exo-harness {} --help lists them", app.get_name())
                                   : format("did you mean {}?", join(nearest, ", ")));
}

}  // namespace exo_harness::tools
