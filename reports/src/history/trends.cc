#include <algorithm>
#include <cmath>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/measure/change_points.h"
#include "exo_reports/history.h"

#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;

constexpr double kSmallestChange = 0.03;

std::string builds_between(const HistoryLine& before, const HistoryLine& after) {
  std::map<std::string, std::string> keys = before.builds;
  keys.insert(after.builds.begin(), after.builds.end());
  std::vector<std::string> changes;
  const auto value = [](const HistoryLine& line, const std::string& key) {
    const auto known = line.builds.find(key);
    return known == line.builds.end() ? std::string("?") : known->second;
  };
  for (const auto& [key, ignored] : keys) {
    if (value(before, key) != value(after, key)) {
      changes.push_back(format("{} {} > {}", key, value(before, key), value(after, key)));
    }
  }
  return exo_harness::join(changes, ", ");
}

void find_changes(Trend& trend) {
  std::vector<double> logs;
  for (const double value : trend.values) logs.push_back(std::log(value));
  for (const auto& point : exo_harness::measure::change_points(logs)) {
    const double ratio = std::exp(point.after - point.before);
    if (std::abs(ratio - 1) < kSmallestChange) continue;
    trend.changes.push_back(
        {point.at, ratio, point.p, builds_between(*trend.lines[point.at - 1], *trend.lines[point.at])});
  }
}

// The last values as blocks of eight heights, the smallest the lowest.
std::string spark_line(const std::vector<double>& values, std::size_t columns) {
  static constexpr const char* kHeights[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const std::size_t begin = values.size() > columns ? values.size() - columns : 0;
  const auto [low, high] = std::minmax_element(values.begin() + static_cast<std::ptrdiff_t>(begin), values.end());
  std::string line;
  for (std::size_t i = begin; i < values.size(); ++i) {
    const double share = *high > *low ? (values[i] - *low) / (*high - *low) : 0.5;
    line += kHeights[static_cast<std::size_t>(std::lround(share * 7))];
  }
  return line;
}

std::string change_in_words(const Trend& trend, const TrendChange& change) {
  const HistoryLine& first = *trend.lines[change.at];
  return format("{:+.1f} % since {} ({}), p = {:.1g}{}", 100 * (change.ratio - 1), sanitized_line(first.started, 40),
                sanitized_line(first.run, 80), change.p,
                change.builds.empty() ? "; nothing that is known changed" : ": " + sanitized_line(change.builds, 300));
}

}  // namespace

std::vector<Trend> trends_of(const History& history, const std::string& cluster, std::string_view filter) {
  std::map<std::string, Trend> by_name;
  for (const HistoryLine& line : history.lines) {
    if (line.cluster != cluster) continue;
    for (const auto& [name, value] : line.medians) {
      if (!exo_harness::contains(name, filter)) continue;
      Trend& trend = by_name[name];
      trend.name = name;
      trend.lines.push_back(&line);
      trend.values.push_back(value);
    }
  }
  std::vector<Trend> trends;
  for (auto& [name, trend] : by_name) {
    find_changes(trend);
    trends.push_back(std::move(trend));
  }
  return trends;
}

std::string history_text(const std::vector<Trend>& trends, std::size_t columns) {
  std::string text;
  for (const Trend& trend : trends) {
    text += format("{}\n  {}  {:.4g} in the last of {} run{}\n", sanitized_line(trend.name, 200),
                   spark_line(trend.values, columns), trend.values.back(), trend.values.size(),
                   trend.values.size() == 1 ? "" : "s");
    for (const TrendChange& change : trend.changes) text += format("  {}\n", change_in_words(trend, change));
  }
  return text;
}

}  // namespace exo_reports
