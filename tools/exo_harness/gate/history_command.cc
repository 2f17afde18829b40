#include "gate/history_command.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_reports/gate.h"
#include "exo_reports/history.h"

#include "gate/baselines.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kMostBytes = std::uintmax_t{1} << 30;

struct HistoryOptions {
  std::vector<std::string> runs;
  std::string runs_folder, cluster, filter, html;
};

fs::path history_file(const HistoryOptions& options) {
  return folder_of_runs(options.runs_folder) / "history.jsonl";
}

// One write of whole lines to a file opened for appending, so that several runs share it.
void append(const fs::path& file, const std::string& lines) {
  std::error_code ignored;
  fs::create_directories(file.parent_path(), ignored);
  const UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (fd && ::write(fd.get(), lines.data(), lines.size()) == static_cast<ssize_t>(lines.size())) return;
  throw HarnessError(format("cannot write {}: {}", file.string(), std::strerror(errno)),
                     "check space and rights there");
}

int add(const HistoryOptions& options) {
  std::string lines;
  int exit_code = to_int(ExitCode::passed);
  for (const std::string& name : options.runs) {
    const fs::path folder = run_or_baseline(name, folder_of_runs(options.runs_folder));
    const exo_reports::GateRun run = exo_reports::read_gate_run(folder, name);
    if (const std::string why = exo_reports::why_unusable(run); !why.empty()) {
      std::printf("not added: %s: %s\n", name.c_str(), printable(why).c_str());
      exit_code = to_int(ExitCode::not_comparable);
    } else {
      lines += to_json(exo_reports::history_line(run.record));
    }
  }
  if (!lines.empty()) append(history_file(options), lines);
  return exit_code;
}

// The one that was asked for, or the only one there is.
std::string choose_cluster_of(const exo_reports::History& history, const std::string& wanted) {
  std::set<std::string> names;
  for (const auto& line : history.lines) names.insert(line.cluster);
  if (wanted.empty() && names.size() == 1) return *names.begin();
  if (!wanted.empty() && names.count(wanted)) return wanted;
  throw UsageError(
      wanted.empty() ? std::string("the history is of several clusters") : format("there is no history of {}", wanted),
      format("name one with --cluster: {}", printable(join({names.begin(), names.end()}, ", "))));
}

int show(const HistoryOptions& options) {
  const fs::path file = history_file(options);
  std::error_code error;
  if (!fs::exists(file, error)) {
    throw UsageError(format("there is no history yet: no {}", file.string()), "exo-harness history add RUN");
  }
  const exo_reports::History history = exo_reports::parse_history(read_file(file, kMostBytes));
  if (history.bad > 0) std::fprintf(stderr, "%zu lines of %s are none, and left out\n", history.bad, file.c_str());
  const std::string cluster = choose_cluster_of(history, options.cluster);
  const auto trends = exo_reports::trends_of(history, cluster, options.filter);
  if (trends.empty()) {
    std::printf("%s: nothing was measured%s\n", printable(cluster).c_str(),
                options.filter.empty() ? "" : " of that name");
    return to_int(ExitCode::nothing_selected);
  }
  std::printf("%s\n%s", printable(cluster).c_str(), exo_reports::history_text(trends).c_str());
  if (!options.html.empty()) write_file(options.html, exo_reports::history_html(trends, cluster));
  return to_int(ExitCode::passed);
}

}  // namespace

void add_history_command(CLI::App& app, int& exit_code) {
  CLI::App* history = app.add_subcommand("history", "What the runs of a cluster measured, over time");
  history->require_subcommand(1);
  auto options = std::make_shared<HistoryOptions>();
  history->add_option("--runs", options->runs_folder, "Folder of runs (default: EXO_HARNESS_RUNS, else exo-runs)");
  CLI::App* adding = history->add_subcommand("add", "Add runs to history.jsonl in the folder of runs");
  adding->fallthrough();  // `--runs` is of both, wherever it stands.
  adding->add_option("RUN", options->runs, "Run folders")->required();
  adding->callback([options, &exit_code] { exit_code = add(*options); });
  CLI::App* showing = history->add_subcommand("show", "Trends, and where their level changed");
  showing->fallthrough();
  showing->add_option("--cluster", options->cluster, "Of this cluster (default: the only one)");
  showing->add_option("--metric", options->filter, "Only trends with this in their name");
  showing->add_option("--html", options->html, "Also write a page");
  showing->callback([options, &exit_code] { exit_code = show(*options); });
}

}  // namespace exo_harness::tools
