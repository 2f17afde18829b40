#pragma once

namespace CLI {
class App;
}

namespace exo_harness::tools {

// A subcommand is one file pair, `x_command.h` and `x_command.cc`, with one function:
//
//     /// Registers `exo-harness x`.
//     void add_x_command(CLI::App& app, int& exit_code);
//
// It adds the subcommand with its options to `app`. Options live in a struct that the subcommand's callback owns
// (`auto options = std::make_shared<XOptions>()`). The callback does the work and sets `exit_code`; it throws
// UsageError, HarnessError (exit 2) or EnvironmentError (exit 3) for what it cannot work with, and `main` tells them.
// Then add the function to the table in main.cc and both files to CMakeLists.txt.

/// What `main` knows of a subcommand.
struct Command {
  void (*add)(CLI::App& app, int& exit_code);
};

}  // namespace exo_harness::tools
