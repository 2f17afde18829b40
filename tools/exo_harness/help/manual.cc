#include "help/manual.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace {

// A name that is typed: its hyphens are no line breaks and no dashes.
std::string typed(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '-') out += '\\';
    out += c == '\\' ? std::string("\\e") : std::string(1, c);
  }
  return out;
}

// Prose on one line: `code` is bold, and no word of it is taken for a request.
std::string prose(std::string_view text) {
  std::string out;
  bool code = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool in_option =
        text[i] == '-' && (code || text.substr(i).starts_with("--") || (i > 0 && text[i - 1] == '-'));
    if (text[i] == '`') {
      code = !code;
      out += code ? "\\fB" : "\\fR";
    } else {
      out += in_option ? "\\-" : text[i] == '\\' ? "\\e" : std::string(1, text[i]);
    }
  }
  if (code) out += "\\fR";
  return out.starts_with('.') || out.starts_with('\'') ? "\\&" + out : out;
}

std::string dots_of(const OptionHelp& option) {
  return option.repeated ? "\\ .\\|.\\|." : "";
}

std::string argument_of(const OptionHelp& option) {
  if (option.argument.empty()) return "";
  const std::string name = "\\fI" + typed(option.argument) + "\\fR" + dots_of(option);
  return option.argument_optional ? " [" + name + "]" : " " + name;
}

std::string synopsis_of(const CommandHelp& command) {
  std::string out = ".B " + typed(join(command.path, " ")) + "\n";
  for (const OptionHelp& option : command.options) {
    const std::string name = (option.positional ? "\\fI" : "\\fB") + typed(option.names[0]) + "\\fR" +
                             (option.positional ? dots_of(option) : argument_of(option));
    out += option.required ? name + "\n" : "[" + name + "]\n";
  }
  if (!command.commands.empty()) out += "\\fIcommand\\fR\n";
  return out;
}

std::string entry(const OptionHelp& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.names) {
    names.push_back((option.positional ? "\\fI" : "\\fB") + typed(name) + "\\fR");
  }
  std::string out = ".TP\n" + join(names, ", ") + argument_of(option) + "\n" + prose(option.description) + "\n";
  if (!option.range.empty()) out += "(" + prose(option.range) + ")\n";
  if (!option.preset.empty()) out += "Default: " + prose(option.preset) + ".\n";
  return out;
}

std::string section(std::string_view title, const CommandHelp& command, bool positionals) {
  std::string out;
  for (const OptionHelp& option : command.options) {
    if (option.positional == positionals) out += entry(option);
  }
  return out.empty() ? "" : format(".SH {}\n", title) + out;
}

std::string see_also(const CommandHelp& command, const CommandHelp* parent) {
  std::vector<std::string> pages;
  if (parent != nullptr) pages.push_back(page_name(*parent));
  for (const CommandHelp& each : command.commands) pages.push_back(page_name(each));
  if (pages.empty()) return "";
  std::string out = ".SH SEE ALSO\n";
  for (std::size_t i = 0; i < pages.size(); ++i) {
    out += format(".BR {} (1){}\n", typed(pages[i]), i + 1 < pages.size() ? "," : "");
  }
  return out;
}

}  // namespace

std::string page_name(const CommandHelp& command) {
  return join(command.path, "-");
}

std::string manual_page(const CommandHelp& command, const CommandHelp* parent, const std::string& date) {
  const std::string name = page_name(command);
  std::string out = ".\\\" Generated from the command line of exo-harness.\n";
  out += format(".TH {} 1 {} \"exo-harness {}\" \"exo-harness\"\n", typed(name), date, EXO_HARNESS_VERSION);
  out += format(".SH NAME\n{} \\- {}\n", typed(name), prose(command.description));
  out += ".SH SYNOPSIS\n" + synopsis_of(command);
  out += section("ARGUMENTS", command, true);
  if (!command.commands.empty()) out += ".SH COMMANDS\n";
  for (const CommandHelp& each : command.commands) {
    out += format(".TP\n\\fB{}\\fR\n{}\nSee\n.BR {} (1).\n", typed(each.path.back()), prose(each.description),
                  typed(page_name(each)));
  }
  out += section("OPTIONS", command, false);
  if (!command.footer.empty()) {
    out += ".SH NOTES\n.nf\n";
    for (const std::string_view line : lines(command.footer)) out += prose(line) + "\n";
    out += ".fi\n";
  }
  return out + see_also(command, parent);
}

}  // namespace exo_harness::tools
