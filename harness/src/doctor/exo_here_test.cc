#include "exo_harness/doctor/exo_here.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

namespace exo_harness::doctor {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Status = Check::Status;

const Check& of(const std::vector<Check>& checks, const std::string& id) {
  for (const Check& check : checks) {
    if (check.id == id) return check;
  }
  throw std::runtime_error("no check " + id);
}

/// An environment as `uv sync` makes it.
fs::path environment(const fs::path& root, const std::string& python, const std::vector<std::string>& packages) {
  const fs::path folder = root / "lib" / "python3.13" / "site-packages";
  for (const std::string& package : packages) fs::create_directories(folder / (package + ".dist-info"));
  fs::create_directories(root / "bin");
  write_file(root / "bin" / "exo", "#!/usr/bin/env python3\n");
  write_file(root / "pyvenv.cfg", "home = /usr/bin\nversion_info = " + python + "\nprompt = exo\n");
  return root;
}

RunCommand answers(const std::string& processes) {
  return [processes](const std::vector<std::string>& command) {
    CommandAnswer answer;
    if (command[0] == "ps") answer.out = processes;
    if (command[0] == "python3") answer.out = "Python 3.11.2\n";
    answer.found = command[0] != "uv";
    return answer;
  };
}

TEST(ExoHere, ProcessesOfExoAreToldApartFromOthers) {
  const auto running = parse_running_exo(
      "    1 /sbin/init\n"
      "  410 /Applications/EXO.app/Contents/MacOS/EXO\n"
      "  411 /Applications/EXO.app/Contents/Resources/exo/exo --api-port 52415\n"
      "  500 /home/x/exo/.venv/bin/python3 /home/x/exo/.venv/bin/exo -v\n"
      "  501 /home/x/exo/.venv/bin/python3 -c from multiprocessing.spawn import spawn_main; spawn_main(pipe_handle=9)\n"
      "  502 python3.13 -u -m exo\n"
      "  503 uv run exo\n  504 vim exo\n  505 /usr/bin/exo-harness doctor\nrubbish\n 99999999999999 exo\n");
  std::vector<pid_t> pids;
  for (const RunningExo& one : running) pids.push_back(one.pid);
  EXPECT_THAT(pids, ElementsAre(410, 411, 500, 502));
  EXPECT_TRUE(running.at(0).is_app);
  EXPECT_FALSE(running.at(1).is_app);
}

TEST(ExoHere, VersionsAreReadFromWhatToolsWrite) {
  EXPECT_EQ(parse_pyvenv_version("home = /usr/bin\nversion = 3.13.5\n"), "3.13.5");
  EXPECT_EQ(parse_pyvenv_version("uv = 0.9.1\nversion_info = 3.13.7\n"), "3.13.7");
  EXPECT_EQ(parse_pyvenv_version("rubbish"), "");
  EXPECT_EQ(parse_tool_version("uv 0.9.1 (abc 2026-01-01)\n"), "0.9.1");
  EXPECT_EQ(parse_tool_version("Python 3.13.5\n"), "3.13.5");
  EXPECT_EQ(parse_tool_version(""), "");
  EXPECT_THAT(installed_packages("/does/not/exist"), IsEmpty());
}

TEST(ExoHere, AnExoInPathTellsItsVersions) {
  const TemporaryFolder folder;
  const fs::path root =
      environment(folder.path() / "venv", "3.13.7", {"exo-0.3.70", "mlx-0.31.2", "mlx_lm-0.31.3", "mlx_cpu-0.31.2"});
  fs::create_directories(folder.path() / "bin");
  fs::create_symlink(root / "bin" / "exo", folder.path() / "bin" / "exo");
  const ExoHere here = gather_exo(answers(""), {"", "/does/not/exist::" + (folder.path() / "bin").string()});
  const auto checks = check_exo_here(here, false);
  EXPECT_THAT(of(checks, "exo-version").seen, HasSubstr("package 0.3.70 in "));
  EXPECT_EQ(of(checks, "mlx-version").seen, "MLX 0.31.2, mlx-lm 0.31.3");
  EXPECT_EQ(of(checks, "python-version").seen, "3.13.7; in PATH: python3 3.11.2, uv not found");
  for (const Check& check : checks) EXPECT_EQ(check.status, Status::good) << check.id << check.seen;
}

TEST(ExoHere, ARunningExoLeadsToItsEnvironment) {
  const TemporaryFolder folder;
  const fs::path root = environment(folder.path() / ".venv", "3.12.1", {"exo-0.3.70"});
  const auto here = gather_exo(answers(" 4711 " + (root / "bin" / "python").string() + " -m exo\n"), {"", ""});
  ASSERT_EQ(here.installations.size(), 1u);
  EXPECT_EQ(here.installations[0].found_by, "process 4711");
  const auto checks = check_exo_here(here, true);
  EXPECT_EQ(of(checks, "mlx-version").status, Status::bad);
  EXPECT_EQ(of(checks, "mlx-version").prevents, "start-mlx-missing");
  EXPECT_EQ(of(checks, "python-version").status, Status::warning);
  EXPECT_EQ(of(checks, "exo-running").status, Status::good);
  EXPECT_FALSE(is_fit(checks, false));
}

TEST(ExoHere, TheAppsOwnPythonIsFound) {
  const TemporaryFolder folder;
  const fs::path resources = folder.path() / "EXO.app" / "Contents" / "Resources" / "exo";
  fs::create_directories(resources / "_internal" / "mlx-0.31.2.dist-info");
  const auto here = gather_exo(answers("7 " + (resources / "exo").string() + "\n"), {"", ""});
  EXPECT_EQ(of(check_exo_here(here, true), "mlx-version").status, Status::good);
}

TEST(ExoHere, AnOlderExoAndTheAppAreWarnings) {
  const auto here = gather_exo(answers("410 /Applications/EXO.app/Contents/MacOS/EXO\n411 exo\n"), {"", ""});
  for (const bool up : {true, false}) {
    const Check check = of(check_exo_here(here, up), "exo-running");
    EXPECT_EQ(check.status, Status::warning);
    EXPECT_EQ(check.seen, "the EXO app pid 410, Exo pid 411");
    EXPECT_THAT(check.fix, HasSubstr("Quit the EXO app"));
  }
}

TEST(ExoHere, TwoInstallationsThatDifferAreAWarning) {
  const TemporaryFolder folder;
  const fs::path a = environment(folder.path() / "a", "3.13.7", {"mlx-0.31.2"});
  const fs::path b = environment(folder.path() / "b", "3.13.7", {"mlx-0.32.0"});
  const auto here = gather_exo(answers(""), {a, (b / "bin").string()});
  EXPECT_EQ(of(check_exo_here(here, false), "exo-installations").status, Status::warning);
}

TEST(ExoHere, AnEnvironmentWithoutThePackageOfExoIsNotBad) {
  const TemporaryFolder folder;
  environment(folder.path() / ".venv", "3.13.7", {"mlx-0.31.2"});
  const auto bare = check_exo_here(gather_exo(answers(""), {folder.path(), ""}), false);
  EXPECT_EQ(of(bare, "exo-version").status, Status::unknown);
  environment(folder.path() / ".venv", "3.13.7", {"exo_pyo3_bindings-0.2.1"});
  const auto bindings = check_exo_here(gather_exo(answers(""), {folder.path(), ""}), false);
  EXPECT_THAT(of(bindings, "exo-version").seen, HasSubstr("only its bindings are installed, 0.2.1"));
}

TEST(ExoHere, NothingFoundIsSaidAndNotBad) {
  const auto run = [](const auto&) { return CommandAnswer{false, false, 127, "", ""}; };
  const auto checks = check_exo_here(gather_exo(run, {"/does/not/exist", ""}), false);
  EXPECT_THAT(of(checks, "exo-version").seen, HasSubstr("in /does/not/exist, PATH"));
  for (const Check& check : checks) {
    EXPECT_EQ(check.status, Status::unknown) << check.id;
    EXPECT_THAT(check.seen, HasSubstr("not known here"));
  }
}

}  // namespace
}  // namespace exo_harness::doctor
