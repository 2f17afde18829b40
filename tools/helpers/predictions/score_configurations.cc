// Scores predictions by rule beside what engines said of public configurations, and asks an engine about them.
//
//     score_configurations [--out FILE]                        the table of what is recorded
//     score_configurations --ask GENERATION --exo PYTHON --day YYYY-MM-DD [--cards FILE] [--only ID]…
//
// The second asks the engine of that Python about each configuration that is not recorded yet, or those of --only
// again, and keeps its answers in the fixture. FILE of --cards: what exo_cards.py printed there. Exit 0: no prediction
// is certain and wrong. 1: one is.
#include <algorithm>
#include <array>
#include <map>

#include <CLI/CLI.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/model/checkpoint/facts.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/model/predict/score.h"
#include "exo_harness/rehearse/rehearse.h"

namespace exo_harness::proof {
namespace {

namespace fs = std::filesystem;
using model::Configuration;
using model::RecordedGeneration;
using model::Score;

constexpr const char* kGenerations[] = {"v1.0.71", "zenoh"};

struct Options {
  std::string out, ask, exo, day, cards;
  std::vector<std::string> only;
};

fs::path folder() {
  return model::fixtures_folder() / "models/configurations";
}
fs::path recorded_file(std::string_view generation) {
  return folder() / format("rehearsed-{}.jsonl", generation);
}

std::vector<exo::Mode> placements() {
  return {
      exo::Mode{}, {exo::Sharding::pipeline, exo::Comm::mlx_ring, 2}, {exo::Sharding::tensor, exo::Comm::mlx_ring, 2}};
}

/// One placement of one configuration on one generation.
struct Row {
  std::string id, family;
  model::Prediction prediction;
  const model::RecordedModel* seen = nullptr;
  Score score = Score::unasked;
};

std::vector<Row> rows_of(const std::vector<Configuration>& all, const RecordedGeneration& recorded) {
  std::vector<Row> rows;
  for (const Configuration& each : all) {
    const auto seen = recorded.models.find(each.id);
    if (seen == recorded.models.end()) continue;
    const model::ModelFolder one = model::folder_of(each);
    for (const exo::Mode& mode : placements()) {
      Row row{each.id, one.config.model_type, {}, &seen->second, {}};
      row.prediction =
          model::predict(one, model::card_of(one, each.id, recorded.generation), mode, recorded.generation);
      row.score = model::score_of(row.prediction, seen->second);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::string seen_text(const Row& row) {
  std::vector<std::string> texts;
  for (const model::Rehearsal& each : row.seen->placements) {
    if (exo::short_name(each.mode) == exo::short_name(row.prediction.mode)) return model::to_string(each);
    if (each.mode.world_size == 1) texts = {model::to_string(each)};
  }
  return join(texts, "");
}

std::string cell(std::string text) {
  std::replace(text.begin(), text.end(), '|', '/');
  return shorten(text, 200);
}

bool is_failure(const Row& row) {
  return seen_text(row).starts_with("fails");
}

using Counts = std::array<int, 4>;

std::string counted(const Counts& n) {
  return format("{} | {} | {} | {}", n[0], n[1], n[2], n[3]);
}

std::string brier_text(const std::vector<Row>& rows) {
  double sum = 0;
  int n = 0;
  for (const Row& row : rows) {
    const auto brier = model::brier_of(row.score);
    sum += brier.value_or(0);
    n += brier ? 1 : 0;
  }
  return n == 0 ? "-" : format("{:.3f} of {}", sum / n, n);
}

std::string families_table(const std::map<std::string, std::vector<Row>>& by_generation) {
  std::map<std::string, std::map<std::string, Counts>> counts;
  for (const auto& [generation, rows] : by_generation) {
    for (const Row& row : rows) ++counts[row.family][generation][static_cast<std::size_t>(row.score)];
  }
  std::string text =
      "| family | v1.0.71: right | honest | wrong | not asked | zenoh: right | honest | wrong | not asked |\n";
  text += "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (auto& [family, of] : counts)
    text += format("| {} | {} | {} |\n", family, counted(of["v1.0.71"]), counted(of["zenoh"]));
  return text;
}

/// Rows that say the same, as one.
struct Listed {
  std::string id, score, predicted, seen;
  std::vector<std::string> placements, generations;
};

void add(std::vector<std::string>& to, const std::string& text) {
  if (std::find(to.begin(), to.end(), text) == to.end()) to.push_back(text);
}

void list(std::vector<Listed>& all, const std::string& generation, const Row& row) {
  const Listed one{row.id,
                   std::string(model::to_string(row.score)),
                   cell(model::to_string(row.prediction)),
                   cell(seen_text(row)),
                   {},
                   {}};
  auto at = std::find_if(all.begin(), all.end(), [&](const Listed& each) {
    return each.id == one.id && each.score == one.score && each.predicted == one.predicted && each.seen == one.seen;
  });
  if (at == all.end()) at = all.insert(all.end(), one);
  add(at->placements, exo::short_name(row.prediction.mode));
  add(at->generations, generation);
}

/// What is wrong, and what fails without that a rule said so.
std::string listed(const std::map<std::string, std::vector<Row>>& by_generation) {
  std::vector<Listed> all;
  for (const auto& [generation, rows] : by_generation) {
    for (const Row& row : rows) {
      if (row.score == Score::wrong || (row.score == Score::honest && is_failure(row))) list(all, generation, row);
    }
  }
  std::string text = "| configuration | placements | Exo | score | predicted | the engine |\n";
  text += "| --- | --- | --- | --- | --- | --- |\n";
  for (const Listed& each : all)
    text += format("| {} | {} | {} | {} | {} | {} |\n", each.id, join(each.placements, ", "),
                   join(each.generations, ", "), each.score, each.predicted, each.seen);
  return text;
}

std::string reports_table(const std::vector<Configuration>& all, exo::Generation generation, int& wrong) {
  std::string text = "| configuration | reported | predicted on one node | score |\n| --- | --- | --- | --- |\n";
  for (const Configuration& each : all) {
    if (!each.report) continue;
    const model::ModelFolder one = model::folder_of(each);
    const auto prediction = model::predict(one, model::card_of(one, each.id, generation), exo::Mode{}, generation);
    const Score score = model::score_of(prediction, *each.report);
    wrong += score == Score::wrong ? 1 : 0;
    text += format("| {} | [{}]({}) | {} | {} |\n", each.id, cell(each.report->text), each.report->source,
                   cell(model::to_string(prediction)), model::to_string(score));
  }
  return text;
}

int write_table(const Options& options) {
  const std::vector<Configuration> all = model::read_configurations(folder() / "configurations.jsonl");
  std::map<std::string, std::vector<Row>> by_generation;
  std::string head =
      "| Exo | engine | day | placements | right | honest | wrong | not asked | Brier's score |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  std::map<std::string, RecordedGeneration> recorded;  // The rows point into it.
  int wrong = 0;
  for (const char* generation : kGenerations) {
    const RecordedGeneration& one = recorded[generation] = model::read_recorded(recorded_file(generation));
    const std::vector<Row>& rows = by_generation[generation] = rows_of(all, one);
    Counts counts{};
    for (const Row& row : rows) ++counts[static_cast<std::size_t>(row.score)];
    wrong += counts[static_cast<std::size_t>(Score::wrong)];
    head += format("| {} | {} | {} | {} | {} | {} |\n", generation, model::to_string(one.engine), one.day, rows.size(),
                   counted(counts), brier_text(rows));
  }
  std::string text = head + "\n" + families_table(by_generation) + "\n" + listed(by_generation) + "\n";
  text += reports_table(all, exo::Generation::v1_0_71, wrong);
  if (options.out.empty()) {
    fmt::print("{}", text);
  } else {
    write_file(options.out, text);
  }
  return wrong == 0 ? 0 : 1;
}

bool is_over(const model::RehearsedModel& one) {
  const auto& first = one.placements.front();
  return first.verdict == model::Rehearsal::Verdict::fails && first.step == "load";
}

/// Of files, since a rehearsal copies them.
model::ModelFolder written(const Configuration& each, const fs::path& to) {
  if (each.tensors.empty()) {
    write_file(to / "config.json", each.config);
    return model::read_config_alone(to);
  }
  fs::create_directories(to / "models/facts");
  write_file(to / "models/facts" / (each.id + ".config.json"), each.config);
  write_file(to / "models/facts" / (each.id + ".tensors"), each.tensors);
  return model::read_facts(to, each.id);
}

/// On one node first; what does not load there is not asked for more.
model::RehearsedModel asked(const Configuration& each, const rehearse::Engine& engine) {
  const TemporaryFolder temporary;
  const model::ModelFolder one = written(each, temporary.path());
  const std::vector<exo::Mode> modes = placements();
  rehearse::Limits limits;
  limits.placement = std::chrono::seconds(120);
  model::RehearsedModel result = rehearse::rehearse(one, {modes[0]}, engine, limits);
  if (is_over(result)) return result;
  for (model::Rehearsal& more : rehearse::rehearse(one, {modes[1], modes[2]}, engine, limits).placements)
    result.placements.push_back(std::move(more));
  return result;
}

int ask(const Options& options) {
  const auto generation = exo::parse_generation(options.ask);
  if (!generation) throw UsageError(format("`{}` is no generation", options.ask), "v1.0.71 or zenoh");
  const fs::path file = recorded_file(options.ask);
  RecordedGeneration recorded;
  if (fs::exists(file)) recorded = model::read_recorded(file);
  recorded.generation = *generation;
  recorded.day = options.day;
  const std::map<std::string, model::RecordedCard> cards = model::read_cards(options.cards);
  const rehearse::Engine engine{options.exo, "--exo"};
  for (const Configuration& each : model::read_configurations(folder() / "configurations.jsonl")) {
    const bool again = std::find(options.only.begin(), options.only.end(), each.id) != options.only.end();
    if (recorded.models.count(each.id) > 0 && !again) continue;
    if (!options.only.empty() && !again) continue;
    model::RehearsedModel result = asked(each, engine);
    if (!result.engine.mlx.empty()) recorded.engine = result.engine;
    recorded.models[each.id] = {cards.at(each.of.empty() ? each.id : each.of), std::move(result.placements)};
    model::write_recorded(recorded, file);
    for (const model::Rehearsal& one : recorded.models[each.id].placements)
      fmt::print("{:<36} {:<11} {}\n", each.id, exo::short_name(one.mode), model::to_string(one));
  }
  return 0;
}

int run(int argc, char** argv) {
  CLI::App app("Scores predictions by rule beside what engines said of public configurations");
  Options options;
  app.add_option("--out", options.out, "Write the table there");
  CLI::Option* day = app.add_option("--day", options.day, "Of the answers");
  CLI::Option* exo = app.add_option("--exo", options.exo, "The Python of that Exo");
  CLI::Option* cards =
      app.add_option("--cards", options.cards, "What exo_cards.py printed there")->check(CLI::ExistingFile);
  app.add_option("--ask", options.ask, "Ask the engine of this generation")->needs(exo)->needs(day)->needs(cards);
  app.add_option("--only", options.only, "Ids of configurations to ask again");
  CLI11_PARSE(app, argc, argv);
  return options.ask.empty() ? write_table(options) : ask(options);
}

}  // namespace
}  // namespace exo_harness::proof

int main(int argc, char** argv) try {
  return exo_harness::proof::run(argc, argv);
} catch (const exo_harness::HarnessError& error) {
  fmt::print(stderr, "score_configurations: {}\n{}\n", error.what(), error.advice());
  return 2;
}
