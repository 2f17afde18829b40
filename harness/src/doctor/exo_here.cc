#include "exo_harness/doctor/exo_here.h"

#include <algorithm>
#include <cctype>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "tool_text.h"

namespace exo_harness::doctor {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPackages = 4000;

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool is_app(std::string_view command) {
  return contains(command, "/EXO.app/Contents/MacOS/EXO");
}

bool is_exo(std::string_view command) {
  const std::vector<std::string_view> words = words_of(command);
  if (words.empty()) return false;
  if (base_name(words[0]) == "exo") return true;
  if (!to_lower(base_name(words[0])).starts_with("python") || words.size() < 2) return false;
  if (base_name(words[1]) == "exo") return true;
  const auto module = std::find(words.begin(), words.end(), "-m");
  return module != words.end() && module + 1 != words.end() && module[1] == "exo";
}

// The folders of packages of an environment: `lib/python3.13/site-packages`, `_internal` of the frozen one in the app.
std::vector<fs::path> package_folders(const fs::path& root) {
  std::vector<fs::path> folders;
  std::error_code error;
  if (fs::is_directory(root / "_internal", error)) folders.push_back(root / "_internal");
  for (fs::directory_iterator at(root / "lib", error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().string().starts_with("python3")) folders.push_back(at->path() / "site-packages");
  }
  return folders;
}

class Finder {
 public:
  Finder(const RunCommand& run, ExoHere& here) : run_(run), here_(here) {}

  void look_at(fs::path root, const std::string& found_by) {
    std::error_code error;
    root = fs::weakly_canonical(root, error);
    for (const ExoInstallation& other : here_.installations) {
      if (other.root == root) return;
    }
    ExoInstallation found{root, found_by, "", "", {}};
    for (const fs::path& folder : package_folders(root)) found.packages.merge(installed_packages(folder));
    if (!std::any_of(found.packages.begin(), found.packages.end(), [](const auto& package) {
          return package.first.starts_with("exo") || package.first.starts_with("mlx");
        }))
      return;  // Some other Python.
    if (fs::is_regular_file(root / "pyvenv.cfg", error)) found.python = pyvenv(root / "pyvenv.cfg");
    found.checkout = checkout(root.parent_path());
    here_.installations.push_back(std::move(found));
  }

 private:
  static std::string pyvenv(const fs::path& file) {
    try {
      return parse_pyvenv_version(read_file(file, 1u << 20));
    } catch (const HarnessError&) {
      return "";  // Not readable: not known.
    }
  }

  std::string checkout(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder / ".git", error)) return "";
    const CommandAnswer answer = run_({"git", "-C", folder.string(), "describe", "--tags", "--always"});
    return answer.exit_code == 0 ? shorten(printable(trim(answer.out)), 60) : "";
  }

  const RunCommand& run_;
  ExoHere& here_;
};

void look_at_processes(const RunCommand& run, ExoHere& here) {
  const CommandAnswer processes = run({"ps", "-axww", "-o", "pid=,command="});
  here.processes_known = processes.found && processes.exit_code == 0 && !processes.timed_out;
  here.running = parse_running_exo(processes.out);
}

void search_path(Finder& finder, const std::string& path) {
  std::error_code error;
  for (const std::string_view folder : split(path, ':')) {
    const fs::path program = fs::path(folder) / "exo";
    if (folder.empty() || !fs::is_regular_file(program, error)) continue;
    const fs::path real = fs::canonical(program, error);  // `uv tool` puts a link into PATH.
    if (!error) finder.look_at(real.parent_path().parent_path(), "exo in PATH");
    return;
  }
}

void search_processes(Finder& finder, const std::vector<RunningExo>& running) {
  for (const RunningExo& process : running) {
    const std::vector<std::string_view> words = words_of(process.command);
    if (process.is_app || words.empty() || !words[0].starts_with("/")) continue;
    const fs::path folder = fs::path(words[0]).parent_path();  // Not canonical: python of an environment is a link.
    const std::string by = format("process {}", process.pid);
    finder.look_at(folder.parent_path(), by);
    finder.look_at(folder, by);
  }
}

}  // namespace

std::vector<RunningExo> parse_running_exo(std::string_view text) {
  std::vector<RunningExo> running;
  for (const std::string_view raw : lines(text)) {
    const std::string_view line = trim(raw);
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || space > 9) continue;
    const std::string pid(line.substr(0, space));
    if (pid.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string_view command = trim(line.substr(space));
    if (is_app(command) || is_exo(command))
      running.push_back({static_cast<pid_t>(std::stol(pid)), printable(command), is_app(command)});
  }
  return running;
}

std::string parse_pyvenv_version(std::string_view text) {
  for (const std::string_view line : lines(text)) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, equals));
    if (key == "version" || key == "version_info") return shorten(printable(trim(line.substr(equals + 1))), 30);
  }
  return "";
}

std::string parse_tool_version(std::string_view text) {
  for (const std::string_view word : words_of(first_line(text))) {
    if (std::isdigit(static_cast<unsigned char>(word[0])) != 0) return shorten(printable(word), 30);
  }
  return "";
}

std::map<std::string, std::string> installed_packages(const fs::path& site_packages) {
  std::map<std::string, std::string> packages;
  std::error_code error;
  std::size_t seen = 0;
  for (fs::directory_iterator at(site_packages, error), end; !error && at != end; at.increment(error)) {
    if (++seen > kMostPackages) break;
    const std::string name = at->path().filename().string();
    const std::size_t dash = name.find('-');
    if (dash == std::string::npos || !name.ends_with(".dist-info")) continue;
    std::string package = to_lower(name.substr(0, dash));
    std::replace(package.begin(), package.end(), '_', '-');
    packages[package] = shorten(printable(name.substr(dash + 1, name.size() - dash - 11)), 60);
  }
  return packages;
}

std::optional<ExoInstallation> running_installation(const RunCommand& run) {
  ExoHere here;
  look_at_processes(run, here);
  Finder finder(run, here);
  search_processes(finder, here.running);
  if (here.installations.size() != 1) return std::nullopt;
  return here.installations.front();
}

ExoHere gather_exo(const RunCommand& run, const ExoSearch& search) {
  ExoHere here;
  look_at_processes(run, here);
  here.python3 = parse_tool_version(run({"python3", "--version"}).out);
  here.uv = parse_tool_version(run({"uv", "--version"}).out);
  Finder finder(run, here);
  if (!search.given.empty()) {
    for (const char* folder : {".venv", "venv", "."}) finder.look_at(search.given / folder, "--exo");
    if (here.installations.empty()) here.nothing_in = search.given.string();
  }
  search_processes(finder, here.running);
  search_path(finder, search.path);
  return here;
}

}  // namespace exo_harness::doctor
