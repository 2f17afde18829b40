#include "exo_harness/rehearse/rank_report.h"

#include <algorithm>
#include <functional>
#include <map>

#include <nlohmann/json.hpp>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::rehearse {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestText = 1000, kMostNamesKept = 8, kMostForwards = 8, kLastWords = 3;

std::string one_line(std::string_view raw) {
  std::string text = printable(strip_ansi(raw));
  for (char& each : text) {
    if (each == '\n' || each == '\r' || each == '\t') each = ' ';
  }
  return shorten(trim(text), kLongestText);
}

std::string line_of(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_string() ? one_line(at->get_ref<const std::string&>()) : "";
}

bool flag_of(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_boolean() && at->get<bool>();
}

double number_of(const Json& json, const char* key) {
  const auto at = json.find(key);
  const double value = at != json.end() && at->is_number() ? at->get<double>() : 0;
  return value > 0 && value < 1e15 ? value : 0;
}

void distrust(RankReport& report, std::string why) {
  if (report.distrust.empty()) report.distrust = std::move(why);
}

/// A count that nobody can read is no count of none.
NameSample names_of(const Json& json, const char* key, RankReport& report) {
  NameSample sample;
  const auto at = json.find(key);
  const bool counted = at != json.end() && at->is_object() && at->contains("count") &&
                       at->at("count").is_number_integer() && at->at("count") >= 0;
  if (!counted) {
    distrust(report, format("it did not say how many are `{}`", key));
    return sample;
  }
  sample.count = static_cast<std::size_t>(number_of(*at, "count"));
  const auto names = at->find("names");
  if (names == at->end() || !names->is_array()) return sample;
  if (names->size() > sample.count) distrust(report, format("it named more than it counted: `{}`", key));
  for (const Json& name : *names) {
    if (name.is_string() && sample.names.size() < kMostNamesKept)
      sample.names.push_back(shorten(printable(name.get_ref<const std::string&>()), kLongestText));
  }
  return sample;
}

void read_usage(const Json& json, RankReport& report) {
  report.cpu_seconds = number_of(json, "cpu_seconds");
  report.peak_bytes = static_cast<std::uint64_t>(number_of(json, "peak_bytes"));
}

void read_engine(const Json& json, RankReport& report) {
  report.engine = model::EngineVersions{line_of(json, "exo"), line_of(json, "mlx"), line_of(json, "mlx_lm"),
                                        line_of(json, "python"), line_of(json, "sharding")};
}

void read_weights(const Json& json, RankReport& report) {
  if (report.weights) distrust(report, "it said twice what the files hold");
  WeightsReport weights;
  weights.wanted = static_cast<std::size_t>(number_of(json, "wanted"));
  weights.refused = line_of(json, "refused");
  weights.missing = names_of(json, "missing", report);
  weights.extra = names_of(json, "extra", report);
  weights.misshapen = names_of(json, "misshapen", report);
  weights.mistyped = names_of(json, "mistyped", report);
  const std::size_t most = std::max({weights.missing.count, weights.misshapen.count, weights.mistyped.count});
  if (weights.wanted == 0) distrust(report, "it said that the engine wants no weights at all");
  if (most > weights.wanted) distrust(report, "it counted more weights than the engine wants");
  report.weights = std::move(weights);
}

void read_packing(const Json& json, RankReport& report) {
  report.packing = line_of(json, "method");
  report.packing_stated = flag_of(json, "stated");
  report.packed_modules = static_cast<int>(number_of(json, "modules"));
}

/// Sizes that an answer can have.
bool is_shape(const Json& shape) {
  return shape.is_array() && !shape.empty() &&
         std::all_of(shape.begin(), shape.end(), [](const Json& size) { return size.is_number_integer() && size > 0; });
}

void read_forward(const Json& json, RankReport& report) {
  const auto shape = json.find("shape");
  if (shape != json.end() && is_shape(*shape) && report.forwards.size() < kMostForwards)
    report.forwards.push_back(shorten(printable(shape->dump(-1, ' ', true)), kLongestText));
}

void read_failure(const Json& json, RankReport& report) {
  report.failed = true;
  report.step = line_of(json, "step");
  report.error = line_of(json, "error");
  report.place = line_of(json, "place");
  report.blames_engine = flag_of(json, "engine");
}

using Read = std::function<void(const Json&, RankReport&)>;

const std::map<std::string, Read, std::less<>>& readers() {
  static const std::map<std::string, Read, std::less<>> all{
      {"step", [](const Json& json, RankReport& report) { report.step = line_of(json, "step"); }},
      {"engine", read_engine},
      {"weights", read_weights},
      {"packing", read_packing},
      {"uneven", [](const Json& json, RankReport& report) { report.uneven = names_of(json, "modules", report); }},
      {"torn", [](const Json& json, RankReport& report) { report.torn = names_of(json, "heads", report); }},
      {"forward", read_forward},
      {"failed", read_failure},
      {"passed", [](const Json&, RankReport& report) { report.passed = true; }},
      {"too_large",
       [](const Json& json, RankReport& report) {
         report.too_large = true;
         read_usage(json, report);
       }},
      {"end",
       [](const Json& json, RankReport& report) {
         report.ended = true;
         read_usage(json, report);
       }},
  };
  return all;
}

/// `kept`: the last few lines so far.
void keep_words(std::string_view line, std::vector<std::string_view>& kept) {
  if (trim(line).empty()) return;
  if (kept.size() == kLastWords) kept.erase(kept.begin());
  kept.push_back(line);
}

std::string text_of(const std::vector<std::string_view>& words) {
  std::vector<std::string> texts;
  for (const std::string_view line : words) texts.push_back(one_line(line));
  return shorten(join(texts, " "), kLongestText);
}

}  // namespace

RankReport parse_rank_report(std::string_view output, std::string_view mark) {
  RankReport report;
  std::vector<std::string_view> words;
  for (const std::string_view line : lines(output)) {
    if (mark.empty() || !line.starts_with(mark)) {
      keep_words(line, words);
      continue;
    }
    const Json json = Json::parse(line.substr(mark.size()), nullptr, false);
    if (!json.is_object()) continue;
    const auto said = readers().find(line_of(json, "said"));
    if (said != readers().end()) said->second(json, report);
  }
  report.last_words = text_of(words);
  return report;
}

}  // namespace exo_harness::rehearse
