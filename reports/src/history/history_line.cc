#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "exo_harness/core/text.h"
#include "exo_harness/measure/rank.h"
#include "exo_reports/history.h"

#include "record/measured_subject.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using Json = nlohmann::ordered_json;

// A cluster that was named by addresses only is known by its nodes.
std::string cluster_of(const RunRecord& run) {
  const auto name = run.settings.find("cluster");
  const std::string given = name == run.settings.end() ? "" : name->second;
  if (!given.empty() && given != "command-line") return given;
  std::set<std::string> nodes;
  for (const auto& node : run.nodes) nodes.insert(node.name.empty() ? node.id : node.name);
  return nodes.empty() ? given : exo_harness::join({nodes.begin(), nodes.end()}, "+");
}

std::map<std::string, std::string> builds_of(const RunRecord& run) {
  std::map<std::string, std::string> builds;
  for (const auto& [key, value] : run.facts) {
    if (key.starts_with("exo.") || key.starts_with("mlx.") || key.starts_with("os.")) builds[key] = value;
  }
  std::set<std::string> generations;
  for (const auto& node : run.nodes) generations.insert(node.generation);
  if (!run.nodes.empty()) builds["exo.generation"] = exo_harness::join({generations.begin(), generations.end()}, ", ");
  return builds;
}

std::map<std::string, double> medians_of(const RunRecord& run) {
  std::map<std::string, std::vector<double>> values;
  for (const auto& block : run.blocks) {
    if (!block.valid) continue;
    for (const auto& [metric, value] : block.metrics) {
      if (!std::isfinite(value) || value <= 0) continue;
      values[subject_of(block) + " " + metric].push_back(value);
    }
  }
  std::map<std::string, double> medians;
  for (const auto& [name, all] : values) medians[name] = exo_harness::measure::median(all);
  return medians;
}

template <class Value>
std::map<std::string, Value> map_of(const Json& json, const char* key) {
  return json.contains(key) ? json.at(key).get<std::map<std::string, Value>>() : std::map<std::string, Value>();
}

HistoryLine line_of(const Json& json) {
  HistoryLine line;
  line.run = json.at("run").get<std::string>();
  line.started = json.at("started").get<std::string>();
  line.cluster = json.at("cluster").get<std::string>();
  line.verdict = json.value("verdict", "");
  line.tests = json.value("tests", 0);
  line.failed = json.value("failed", 0);
  line.builds = map_of<std::string>(json, "builds");
  line.medians = map_of<double>(json, "medians");
  std::erase_if(line.medians, [](const auto& one) { return !std::isfinite(one.second) || one.second <= 0; });
  return line;
}

}  // namespace

HistoryLine history_line(const RunRecord& run) {
  HistoryLine line;
  line.run = run.run_id;
  line.started = run.started_utc;
  line.cluster = cluster_of(run);
  line.verdict = to_string(run.judgement.verdict);
  for (const auto& [verdict, count] : run.judgement.counts) {
    line.tests += count;
    if (is_product_failure(verdict)) line.failed += count;
  }
  line.builds = builds_of(run);
  line.medians = medians_of(run);
  return line;
}

std::string to_json(const HistoryLine& line) {
  Json builds = Json::object(), medians = Json::object();
  for (const auto& [key, value] : line.builds) builds[sanitized_line(key)] = sanitized_line(value);
  for (const auto& [name, value] : line.medians) medians[sanitized_line(name)] = value;
  const Json json = {{"v", 1},
                     {"run", sanitized_line(line.run)},
                     {"started", sanitized_line(line.started)},
                     {"cluster", sanitized_line(line.cluster)},
                     {"verdict", line.verdict},
                     {"tests", line.tests},
                     {"failed", line.failed},
                     {"builds", builds},
                     {"medians", medians}};
  return json.dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

History parse_history(std::string_view text) {
  History history;
  std::map<std::string, HistoryLine> by_run;
  for (const std::string_view line : exo_harness::lines(text)) {
    if (exo_harness::trim(line).empty()) continue;
    try {
      HistoryLine read = line_of(Json::parse(line));
      const std::string run = read.run;
      by_run[run] = std::move(read);
    } catch (const Json::exception&) {
      ++history.bad;
    }
  }
  for (auto& [run, line] : by_run) history.lines.push_back(std::move(line));
  std::stable_sort(history.lines.begin(), history.lines.end(),
                   [](const HistoryLine& a, const HistoryLine& b) { return a.started < b.started; });
  return history;
}

}  // namespace exo_reports
