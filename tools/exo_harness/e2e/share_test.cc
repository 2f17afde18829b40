// Manual pages and completions, held to what `--help` of each command says, and tried in the shells they are for.
#include <filesystem>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

const fs::path kProgram = EXO_BIN_DIR "/exo-harness";

process::CommandResult run(std::vector<std::string> command) {
  process::CommandOptions options;
  options.command = std::move(command);
  return process::run_command(options, Deadline::after(60s));
}

// Shells and checkers that this machine may not have.
bool has(const char* program) {
  return run({"sh", "-c", std::string("command -v ") + program}).status.ok();
}

struct Described {
  std::vector<std::string> path;  // Behind `exo-harness`.
  std::string help;
  std::set<std::string> options;
  std::vector<std::string> commands;
};

Described described(const std::vector<std::string>& path) {
  std::vector<std::string> words{kProgram.string()};
  words.insert(words.end(), path.begin(), path.end());
  words.emplace_back("--help");
  Described found{path, run(words).output, {}, {}};
  bool of_commands = false;
  for (const std::string_view line : lines(found.help)) {
    if (!line.starts_with("  ")) of_commands = line == "Subcommands:";
    if (line.starts_with("   ")) continue;                       // A description goes on.
    const std::string first(line.substr(0, line.find(' ', 2)));  // `-h,--help`
    static const std::regex option("--?[a-z][a-z-]*");
    if (!of_commands && line.starts_with("  -")) {
      for (std::sregex_iterator it(first.begin(), first.end(), option), end; it != end; ++it)
        found.options.insert(it->str());
    } else if (of_commands && line.starts_with("  ")) {
      found.commands.emplace_back(trim(line.substr(0, line.find(' ', 2))));
    }
  }
  return found;
}

void collect(const std::vector<std::string>& path, std::vector<Described>& all) {
  all.push_back(described(path));
  for (const std::string& command : std::vector<std::string>(all.back().commands)) {
    std::vector<std::string> below = path;
    below.push_back(command);
    collect(below, all);
  }
}

const std::vector<Described>& every_command() {
  static const std::vector<Described> all = [] {
    std::vector<Described> found;
    collect({}, found);
    return found;
  }();
  return all;
}

// Everything that is written, once for all tests.
const fs::path& share() {
  static const TemporaryFolder folder("share");
  static const auto written = run({kProgram.string(), "share", folder.path().string(), "--date", "2026-01-02"});
  EXPECT_TRUE(written.status.ok()) << written.output;
  return folder.path();
}

fs::path page_of(const Described& command) {
  std::string name = "exo-harness";
  for (const std::string& word : command.path) name += "-" + word;
  return share() / "man/man1" / (name + ".1");
}

std::string without_hyphen_escapes(std::string text) {
  return std::regex_replace(text, std::regex(R"(\\-)"), "-");
}

TEST(EveryCommand, IsFoundByItsHelp) {
  EXPECT_GT(every_command().size(), 15u);
  std::set<std::string> names;
  for (const Described& command : every_command()) {
    EXPECT_THAT(command.options, Contains("--help")) << command.help;
    if (command.path.size() == 1) names.insert(command.path[0]);
  }
  for (const char* known : {"run", "doctor", "models", "completion"}) EXPECT_EQ(names.count(known), 1u) << known;
  EXPECT_EQ(names.count("share"), 0u) << "it is for the build only";
}

TEST(ManualPages, AreThereForEachCommandWithEachOption) {
  for (const Described& command : every_command()) {
    ASSERT_TRUE(fs::exists(page_of(command))) << page_of(command);
    const std::string page = without_hyphen_escapes(read_file(page_of(command)));
    const std::string described = page.substr(std::min(page.find(".SH OPTIONS"), page.size()));
    for (const std::string& option : command.options)
      EXPECT_THAT(described, HasSubstr("\\fB" + option + "\\fR")) << page_of(command);
    for (const std::string& below : command.commands) EXPECT_THAT(page, HasSubstr("\n\\fB" + below + "\\fR\n"));
  }
}

TEST(ManualPages, HaveNothingThatMandocWarnsOf) {
  if (!has("mandoc")) GTEST_SKIP() << "mandoc is not installed";
  for (const Described& command : every_command()) {
    const auto lint = run({"mandoc", "-Tlint", "-Wwarning", page_of(command).string()});
    EXPECT_TRUE(lint.status.ok() && lint.output.empty()) << lint.output;
  }
}

TEST(ManualPages, AreFormattedByManWithoutAWarning) {
  if (!has("man") || !has("groff")) GTEST_SKIP() << "man and groff are not installed";
  for (const Described& command : every_command()) {
    process::CommandOptions man;
    man.command = {"man", "--warnings=w", "-l", page_of(command).string()};
    man.environment = {{"MANPAGER", "cat"}, {"LC_ALL", "C.UTF-8"}, {"MANWIDTH", "100"}};
    const auto shown = process::run_command(man, Deadline::after(60s), {.separate_errors = true});
    EXPECT_TRUE(shown.status.ok()) << shown.errors;
    EXPECT_THAT(shown.errors, IsEmpty()) << page_of(command);
    EXPECT_THAT(shown.output, HasSubstr("SYNOPSIS"));
  }
}

// What bash offers behind these words; the last is the one that is being typed.
std::vector<std::string> bash_offers(const std::vector<std::string>& words) {
  static const char* kScript = R"(
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_exo_harness
if [ ${#COMPREPLY[@]} -gt 0 ]; then printf '%s\n' "${COMPREPLY[@]}"; fi
complete -p exo-harness > /dev/null)";
  std::vector<std::string> command{
      "bash",       "--norc", "-c", kScript, "bash", (share() / "bash-completion/completions/exo-harness").string(),
      "exo-harness"};
  command.insert(command.end(), words.begin(), words.end());
  const auto result = run(command);
  EXPECT_TRUE(result.status.ok()) << result.output;
  std::vector<std::string> offers;
  for (const std::string_view line : lines(result.output)) {
    if (!line.empty()) offers.emplace_back(line);
  }
  return offers;
}

TEST(BashCompletion, OffersEachOptionAndEachSubcommand) {
  if (!has("bash")) GTEST_SKIP() << "bash is not installed";
  for (const Described& command : every_command()) {
    std::vector<std::string> words = command.path;
    words.emplace_back("-");
    const auto options = bash_offers(words);
    EXPECT_EQ(std::set<std::string>(options.begin(), options.end()), command.options) << join(words, " ");
    words.back() = "";
    const auto commands = bash_offers(words);
    EXPECT_EQ(std::set<std::string>(commands.begin(), commands.end()),
              std::set<std::string>(command.commands.begin(), command.commands.end()))
        << join(words, " ");
  }
}

TEST(BashCompletion, GoesByTheBeginOfAWord) {
  if (!has("bash")) GTEST_SKIP() << "bash is not installed";
  EXPECT_THAT(bash_offers({"sw"}), UnorderedElementsAre("sweep"));
  EXPECT_THAT(bash_offers({"models", "ch"}), UnorderedElementsAre("check"));
  EXPECT_THAT(bash_offers({"run", "--start-s"}), UnorderedElementsAre("--start-script"));
}

TEST(BashCompletion, LeavesTheValueOfAnOptionToFiles) {
  if (!has("bash")) GTEST_SKIP() << "bash is not installed";
  EXPECT_THAT(bash_offers({"--help", ""}), Contains("run"));
  EXPECT_THAT(bash_offers({"models", "check", "--api", ""}), IsEmpty());
  EXPECT_THAT(bash_offers({"models", "analyze", "--card", "=", "-"}), IsEmpty());
}

TEST(ZshCompletion, IsAScriptOfZshThatNamesEachCommand) {
  const fs::path script = share() / "zsh/site-functions/_exo-harness";
  const std::string text = read_file(script);
  EXPECT_TRUE(text.starts_with("#compdef exo-harness\n"));
  for (const Described& command : every_command()) {
    for (const std::string& option : command.options) EXPECT_THAT(text, HasSubstr("'" + option + ":"));
    for (const std::string& below : command.commands) EXPECT_THAT(text, HasSubstr("'" + below + ":"));
  }
  if (!has("zsh")) GTEST_SKIP() << "zsh is not installed";
  const auto checked = run({"zsh", "-n", script.string()});
  EXPECT_TRUE(checked.status.ok()) << checked.output;
}

// What fish offers for a line. It reads no file of the user.
std::string fish_offers(const std::string& line) {
  const std::string script = (share() / "fish/vendor_completions.d/exo-harness.fish").string();
  const auto result = run({"fish", "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", script, line});
  EXPECT_TRUE(result.status.ok()) << result.output;
  return result.output;
}

TEST(FishCompletion, OffersEachSubcommandAndEachOption) {
  const std::string text = read_file(share() / "fish/vendor_completions.d/exo-harness.fish");
  EXPECT_THAT(text, HasSubstr("complete -c exo-harness"));
  EXPECT_THAT(text, HasSubstr(" -l start-script -r -d '"));
  EXPECT_THAT(text, HasSubstr(" -l keep-up -d '")) << "a flag takes no value";
  if (!has("fish")) GTEST_SKIP() << "fish is not installed";
  for (const Described& command : every_command()) {
    const std::string line = "exo-harness " + join(command.path, " ") + (command.path.empty() ? "" : " ");
    const std::string commands = fish_offers(line), options = fish_offers(line + "--");
    for (const std::string& below : command.commands) EXPECT_THAT(commands, HasSubstr(below + "\t")) << line;
    for (const std::string& option : command.options) {
      if (option.starts_with("--")) {
        EXPECT_THAT(options, HasSubstr(option + "\t")) << line;
      }
    }
  }
  EXPECT_THAT(fish_offers("exo-harness models list --"), Not(HasSubstr("--start-script")));
}

TEST(TheCommandCompletion, PrintsWhatIsInstalled) {
  EXPECT_EQ(run({kProgram.string(), "completion", "bash"}).output,
            read_file(share() / "bash-completion/completions/exo-harness"));
  EXPECT_EQ(run({kProgram.string(), "completion", "zsh"}).output,
            read_file(share() / "zsh/site-functions/_exo-harness"));
  EXPECT_EQ(run({kProgram.string(), "completion", "fish"}).output,
            read_file(share() / "fish/vendor_completions.d/exo-harness.fish"));
  EXPECT_EQ(run({kProgram.string(), "completion", "tcsh"}).status.code, 2);
}

}  // namespace
}  // namespace exo_harness::tools
