#include "help/help_commands.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/file.h"

#include "help/completion.h"
#include "help/manual.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

struct ShareOptions {
  std::string folder, date;
};

void write_pages(const fs::path& folder, const CommandHelp& command, const CommandHelp* parent,
                 const std::string& date) {
  write_file(folder / (page_name(command) + ".1"), manual_page(command, parent, date));
  for (const CommandHelp& each : command.commands) write_pages(folder, each, &command, date);
}

void write_shared(const fs::path& folder, const std::string& name, const std::string& text) {
  fs::create_directories(folder);
  write_file(folder / name, text);
}

void share(const ShareOptions& options, const CommandHelp& program) {
  const fs::path root = options.folder;
  const std::string& name = program.path[0];
  fs::create_directories(root / "man/man1");
  write_pages(root / "man/man1", program, nullptr, options.date);
  write_shared(root / "bash-completion/completions", name, bash_completion(program));
  write_shared(root / "zsh/site-functions", "_" + name, zsh_completion(program));
  write_shared(root / "fish/vendor_completions.d", name + ".fish", fish_completion(program));
}

}  // namespace

void add_completion_command(CLI::App& app, int& exit_code) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("completion", "Print the script that completes commands and options in a shell");
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer("bash: source <(exo-harness completion bash)\nAn installed package brings the three scripts.");
  command->callback([shell, &app, &exit_code] {
    const CommandHelp program = help_of(app);
    const auto text = *shell == "bash"  ? bash_completion(program)
                      : *shell == "zsh" ? zsh_completion(program)
                                        : fish_completion(program);
    std::fputs(text.c_str(), stdout);
    exit_code = to_int(ExitCode::passed);
  });
}

void add_share_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<ShareOptions>();
  CLI::App* command = app.add_subcommand("share", "Write manual pages and completions, laid out as below /usr/share");
  command->group("");
  command->add_option("FOLDER", options->folder, "Where to")->required();
  command->add_option("--date", options->date, "YYYY-MM-DD, for the pages")->required();
  command->callback([options, &app, &exit_code] {
    share(*options, help_of(app));
    exit_code = to_int(ExitCode::passed);
  });
}

}  // namespace exo_harness::tools
