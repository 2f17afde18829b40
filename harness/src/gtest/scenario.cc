#include "exo_harness/gtest/scenario.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <ostream>

#include "exo_harness/cluster/cluster_file.h"
#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/version.h"

#include "session.h"

namespace exo_harness::gtest {
namespace {

constexpr const char* kDefaultSpec = "fake-2";

std::vector<std::string> list_of(const std::string& text) {
  std::vector<std::string> items;
  for (const auto item : split(text, ',')) {
    if (!trim(item).empty()) items.emplace_back(trim(item));
  }
  return items;
}

cluster::ClusterSpec spec_of_selection() {
  const std::string file = environment("EXO_HARNESS_CLUSTER");
  std::error_code ignored;
  if (!file.empty() && std::filesystem::exists(file, ignored)) return cluster::read_cluster_file(file).spec;
  return cluster::load_spec(kDefaultSpec);
}

std::vector<std::string> all_placements(int nodes) {
  std::vector<std::string> names = {"single"};
  if (nodes < 2) return names;
  for (const char* kind : {"pipeline", "tensor", "pipeline-jaccl", "tensor-jaccl"})
    names.push_back(format("{}-{}", kind, nodes));
  return names;
}

Scenario unreadable(const std::string& id, const std::string& why) {
  Scenario scenario;
  scenario.model.id = id;
  scenario.model.unreadable = why;
  return scenario;
}

std::vector<model::FixtureModel> chosen_models(const Selection& selected) {
  const auto known = model::load_fixture_models(model::fixtures_folder() / "models");
  std::vector<model::FixtureModel> models;
  for (const std::string& name : selected.models) {
    try {
      models.push_back(model::find_fixture_model(known, name));
    } catch (const HarnessError& error) {
      models.push_back(unreadable(name, format("{}; {}", error.what(), error.advice())).model);
    }
  }
  return models;
}

std::vector<Scenario> product(const Selection& selected) {
  std::vector<Scenario> all;
  for (const model::FixtureModel& model : chosen_models(selected)) {
    if (!model.unreadable.empty()) {
      all.push_back({model, exo::Mode{}});
      continue;
    }
    for (const std::string& name : selected.placements) {
      const auto mode = exo::parse_short_name(name);
      all.push_back(
          mode ? Scenario{model, *mode}
               : unreadable(name,
                            format("{} is not a placement; use `single`, `pipeline-2`, `tensor-2`, `tensor-jaccl-2` …",
                                   name)));
    }
  }
  return all;
}

}  // namespace

std::string name_of(const Scenario& scenario) {
  std::string name = scenario.model.id;
  if (scenario.model.unreadable.empty()) name += "_" + exo::short_name(scenario.mode);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

std::string scenario_name(const testing::TestParamInfo<Scenario>& info) {
  return name_of(info.param);
}

void PrintTo(const Scenario& scenario, std::ostream* os) {
  *os << scenario.model.id << " as " << exo::short_name(scenario.mode);
}

Selection selection() {
  const cluster::ClusterSpec spec = spec_of_selection();
  Selection selected{list_of(environment("EXO_HARNESS_MODELS")), list_of(environment("EXO_HARNESS_PLACEMENTS")),
                     std::atoi(environment("EXO_HARNESS_NODES").c_str())};
  if (selected.nodes <= 0) selected.nodes = spec.nodes;
  if (selected.models.empty()) selected.models = spec.models;
  if (selected.models.empty()) selected.models = cluster::load_spec(kDefaultSpec).models;
  if (selected.placements.empty()) selected.placements = spec.placements;
  if (selected.placements.empty()) selected.placements = all_placements(selected.nodes);
  return selected;
}

std::vector<Scenario> scenarios(const ScenarioFilter& filter) {
  std::vector<Scenario> all;
  try {
    all = product(selection());
  } catch (const HarnessError& error) {
    all = {unreadable("selection", format("{}; {}", error.what(), error.advice()))};
  }
  if (filter) std::erase_if(all, [&](const Scenario& s) { return s.model.unreadable.empty() && !filter(s); });
  return all;
}

bool is_tensor(const Scenario& scenario) {
  return scenario.mode.sharding == exo::Sharding::tensor;
}
bool is_distributed(const Scenario& scenario) {
  return scenario.mode.world_size > 1;
}

std::optional<std::string> why_not_applicable(const Scenario& scenario, const exo::State& state) {
  const int staged = state.nodes_with(scenario.model.repo);
  const int wanted = scenario.mode.world_size;
  if (static_cast<int>(state.nodes.size()) < wanted)
    return format("{} needs {} nodes, the cluster has {}", exo::short_name(scenario.mode), wanted, state.nodes.size());
  if (staged == 0) return format("model {} is not staged here", scenario.model.repo);
  if (staged < wanted)
    return format("model {} is staged on {} of the {} nodes that are needed", scenario.model.repo, staged, wanted);
  const bool rdma = std::any_of(state.edges.begin(), state.edges.end(),
                                [](const exo::Edge& e) { return e.kind == exo::Edge::Kind::rdma; });
  if (scenario.mode.comm == exo::Comm::mlx_jaccl && !rdma) return "JACCL needs RDMA: no RDMA edges";
  return std::nullopt;
}

std::optional<std::string> why_expected_to_fail(const Scenario& scenario, exo::Generation generation) {
  const model::Expectation expected = scenario.model.expectation(scenario.mode);
  if (expected.kind != model::Expectation::Kind::fails) return std::nullopt;
  if (!exo::names_generation(expected.versions, generation)) return std::nullopt;
  return format("expected to fail in {}: {}", to_string(expected.phases),
                expected.reason.empty() ? expected.signature : expected.reason);
}

}  // namespace exo_harness::gtest
