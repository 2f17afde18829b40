#pragma once

#include <string>

namespace CLI {
class App;
}

namespace exo_harness::tools {

/// Fails: UsageError that names the option and those of `app` that look like it.
[[noreturn]] void fail_unknown_option(const CLI::App& app, const std::string& word);

}  // namespace exo_harness::tools
