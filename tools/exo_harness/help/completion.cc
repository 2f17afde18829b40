// Completion scripts. Each finds out which command the words before the cursor lead to, then offers what that command
// takes: its subcommands, and its options when the word begins with `-`.
#include "help/completion.h"

#include <functional>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

using Visit = std::function<void(const CommandHelp&)>;

void visit_commands(const CommandHelp& command, const Visit& visit) {
  visit(command);
  for (const CommandHelp& each : command.commands) visit_commands(each, visit);
}

// As one word of any of the three shells.
std::string quoted_word(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string words_of(const std::vector<std::string>& words) {
  return quoted_word(join(words, " "));
}

std::vector<std::string> option_names(const CommandHelp& command,
                                      const std::function<bool(const OptionHelp&)>& wanted) {
  std::vector<std::string> names;
  for (const OptionHelp& option : command.options) {
    if (!option.positional && wanted(option)) names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

bool takes_a_value(const OptionHelp& option) {
  return !option.argument.empty() && !option.argument_optional;
}

std::vector<std::string> subcommand_names(const CommandHelp& command) {
  std::vector<std::string> names;
  for (const CommandHelp& each : command.commands) names.push_back(each.path.back());
  return names;
}

// The lines of a `case` over the command's path that sets what may follow.
std::string posix_cases(const CommandHelp& program) {
  std::string out;
  visit_commands(program, [&](const CommandHelp& command) {
    out += format("    {}) commands={} options={} valued={} ;;\n", words_of(command.path),
                  words_of(subcommand_names(command)),
                  words_of(option_names(command, [](const OptionHelp&) { return true; })),
                  words_of(option_names(command, takes_a_value)));
  });
  return out;
}

// Where the words so far and the next one lead to a subcommand: the patterns of a `case` over both.
std::string subcommand_paths(const CommandHelp& program, std::string_view separator) {
  std::vector<std::string> paths;
  visit_commands(program, [&](const CommandHelp& command) {
    if (command.path.size() > 1) paths.push_back(words_of(command.path));
  });
  return join(paths, separator);
}

// `name:what it is` for `_describe`.
std::string described(std::string_view name, std::string_view description) {
  std::string text(description);
  for (std::size_t at = 0; (at = text.find(':', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return quoted_word(format("{}:{}", name, text));
}

}  // namespace

std::string bash_completion(const CommandHelp& program) {
  const std::string& name = program.path[0];
  std::string out = format("# bash completion of {}, generated from its command line.\n_exo_harness() {{\n", name);
  out += "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} commands options valued i\n";
  out += format("  local at={}\n", quoted_word(name));
  out += "  for ((i = 1; i < COMP_CWORD; i++)); do\n    case \"$at ${COMP_WORDS[i]}\" in\n";
  out += format("    {}) at=\"$at ${{COMP_WORDS[i]}}\" ;;\n    esac\n  done\n  case $at in\n",
                subcommand_paths(program, " | "));
  out += posix_cases(program) + "  esac\n  COMPREPLY=()\n";
  out += "  [[ $before == = || \" $valued \" == *\" $before \"* ]] && return\n";
  out += "  if [[ $current == -* ]]; then\n";
  out += "    mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$current\")\n  else\n";
  out += "    mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$current\")\n  fi\n}\n";
  // Without an answer the shell offers files.
  return out + format("complete -o bashdefault -o default -F _exo_harness {}\n", name);
}

std::string zsh_completion(const CommandHelp& program) {
  const std::string& name = program.path[0];
  std::string out = format("#compdef {}\n# zsh completion, generated from the command line.\n", name);
  out += "_exo_harness() {\n  local at=" + quoted_word(name) + " i\n  local -a commands options valued\n";
  out += "  for ((i = 2; i < CURRENT; i++)); do\n    case \"$at $words[i]\" in\n";
  out += format("    {}) at=\"$at $words[i]\" ;;\n    esac\n  done\n  case $at in\n", subcommand_paths(program, " | "));
  visit_commands(program, [&](const CommandHelp& command) {
    out += format("    {})\n      commands=(", words_of(command.path));
    for (const CommandHelp& each : command.commands) out += " " + described(each.path.back(), each.description);
    out += " )\n      options=(";
    for (const OptionHelp& option : command.options) {
      if (option.positional) continue;
      for (const std::string& each : option.names) out += " " + described(each, option.description);
    }
    out += format(" )\n      valued=({}) ;;\n", join(option_names(command, takes_a_value), " "));
  });
  out += "  esac\n";
  out += "  if (( ${valued[(Ie)$words[CURRENT - 1]]} )); then\n    _files\n";
  out += "  elif [[ $words[CURRENT] == -* ]]; then\n    _describe -o option options\n";
  out += "  elif (( $#commands )); then\n    _describe command commands\n  else\n    _files\n  fi\n}\n";
  // As a file of $fpath it runs as the function itself; when it is sourced it is only registered.
  return out +
         format("if [[ ${{funcstack[1]}} == _{0} ]]; then _exo_harness; else compdef _exo_harness {0}; fi\n", name);
}

std::string fish_completion(const CommandHelp& program) {
  const std::string& name = program.path[0];
  std::string out = format("# fish completion of {}, generated from its command line.\n", name);
  out += format("function __exo_harness_at\n  set -l at {}\n", quoted_word(name));
  out += "  for word in (commandline -opc)[2..-1]\n    switch \"$at $word\"\n";
  out += format("      case {}\n        set at \"$at $word\"\n    end\n  end\n", subcommand_paths(program, " "));
  out += "  test \"$at\" = \"$argv\"\nend\n";
  visit_commands(program, [&](const CommandHelp& command) {
    const std::string here =
        format("complete -c {} -n {}", name, quoted_word("__exo_harness_at " + join(command.path, " ")));
    for (const CommandHelp& each : command.commands) {
      out += format("{} -f -a {} -d {}\n", here, quoted_word(each.path.back()), quoted_word(each.description));
    }
    for (const OptionHelp& option : command.options) {
      if (option.positional) continue;
      out += here;
      for (const std::string& each : option.names)
        out += each.starts_with("--") ? " -l " + each.substr(2) : " -s " + each.substr(1);
      out += format("{} -d {}\n", takes_a_value(option) ? " -r" : "", quoted_word(option.description));
    }
  });
  return out;
}

}  // namespace exo_harness::tools
