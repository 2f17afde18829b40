#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "exo_reports/run_record.h"

namespace exo_reports {

/// One run in the history of a cluster: a line of `history.jsonl`.
struct HistoryLine {
  std::string run, started, cluster;
  std::string verdict;
  int tests = 0, failed = 0;
  std::map<std::string, std::string> builds;  ///< What was under test: `exo.version`, `mlx.version`, `exo.generation`.
  std::map<std::string, double> medians;  ///< `model placement workload x1 metric` → median of the run's valid blocks.
};

/// The line of a run. Its cluster is the name of its spec, or the names of its nodes when it had none.
HistoryLine history_line(const RunRecord& run);
/// With the newline. Fields: reports/README.md.
std::string to_json(const HistoryLine& line);

struct History {
  std::vector<HistoryLine> lines;  ///< In order of time, each run once: the last line of it counts.
  std::size_t bad = 0;             ///< Lines that are none; a writer that died leaves one.
};
History parse_history(std::string_view text);

/// A level that a metric took, and did not leave again.
struct TrendChange {
  std::size_t at = 0;  ///< Place in the trend.
  double ratio = 1;    ///< New level over the old one.
  double p = 1;
  std::string builds;  ///< What was under test before and after, where it differs.
};
struct Trend {
  std::string name;  ///< As in `medians`.
  std::vector<const HistoryLine*> lines;
  std::vector<double> values;
  std::vector<TrendChange> changes;  ///< Of 3 % and more.
};
/// The trends of one cluster; `filter` in the name, empty: all. Points into `history`.
std::vector<Trend> trends_of(const History& history, const std::string& cluster, std::string_view filter);

/// Trends as text: last value, a line of blocks, and where the level changed. At most the last `columns` values a line.
std::string history_text(const std::vector<Trend>& trends, std::size_t columns = 60);
/// The same as a page.
std::string history_html(const std::vector<Trend>& trends, const std::string& cluster);

}  // namespace exo_reports
