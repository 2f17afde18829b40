#pragma once

#include <string>

namespace CLI {
class App;
}

namespace exo_harness::tools {

/// Fails: UsageError that names the option and those of `app` that look like it.
[[noreturn]] void fail_unknown_option(const CLI::App& app, const std::string& word);

/// Names the first word that no subcommand takes. Fails: UsageError when there is one.
void explain_extra_words(const CLI::App& app);

/// Fails: UsageError with the nearest names when no subcommand of `app` is called `word`. Options pass.
void check_command_name(const CLI::App& app, const std::string& word);

}  // namespace exo_harness::tools
