#include "run/run_facts.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "exo_harness/cluster/local_address.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/doctor/exo_here.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/model/stage/local_model.h"
#include "exo_harness/model/stage/locate.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using Facts = std::map<std::string, std::string>;

// Bytes that are read before every run; a real model takes minutes.
constexpr std::uint64_t kMostBytesToHash = 64u << 20;

void add_model(const model::FixtureModel& fixture, const exo::State& state, Facts& facts) {
  std::set<std::string> sizes;
  for (const exo::Download& download : state.downloads) {
    if (download.model_id == fixture.repo && download.status == exo::Download::Status::completed) {
      sizes.insert(std::to_string(download.total_bytes));
    }
  }
  if (sizes.empty()) return;
  // Generations of Exo count differently which files belong to a model.
  facts[format("bytes.{}", fixture.id)] = join({sizes.begin(), sizes.end()}, ", ");
  const auto folder = model::find_model(fixture, state);
  if (!folder) return;
  const model::LocalModel copy = model::look_at_model(*folder);
  if (!copy.revision.id.empty()) facts[format("model.{}.revision", fixture.id)] = copy.revision.id;
  if (!copy.layout.empty()) facts[format("model.{}.layout", fixture.id)] = copy.layout;
  if (copy.all_bytes == 0 || copy.all_bytes > kMostBytesToHash) return;
  const model::ContentHash content = model::hash_content(*folder);
  if (!content.sha256.empty()) facts[format("model.{}.sha256", fixture.id)] = content.sha256;
}

void add_models(cluster::Cluster& cluster, Facts& facts) {
  const auto state = cluster.state();
  if (!state) return;
  const auto& wanted = cluster.spec().models;
  for (const model::FixtureModel& fixture : model::load_fixture_models(model::fixtures_folder() / "models")) {
    const bool is_wanted = wanted.empty() || std::find(wanted.begin(), wanted.end(), fixture.id) != wanted.end();
    if (!is_wanted || !fixture.unreadable.empty()) continue;
    try {
      add_model(fixture, *state, facts);
    } catch (const HarnessError&) {  // A model that cannot be read is a matter of its tests.
    }
  }
}

void add_exo(Facts& facts) {
  const auto running = doctor::running_installation(doctor::local_commands());
  if (!running) return;
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) facts[key] = value;
  };
  const auto package = [&](const char* name) {
    const auto known = running->packages.find(name);
    return known == running->packages.end() ? "" : known->second;
  };
  add("exo.version", running->checkout.empty() ? package("exo") : running->checkout);
  add("exo.python", running->python);
  add("mlx.version", package("mlx"));
  add("mlx.lm", package("mlx-lm"));
}

bool any_here(const cluster::ClusterSpec& spec) {
  return !spec.start_script.empty() || std::any_of(spec.apis.begin(), spec.apis.end(),
                                                   [](const auto& api) { return cluster::is_on_this_machine(api); });
}

}  // namespace

journal::Fact parse_fact(const std::string& told) {
  const std::size_t equals = told.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == told.size()) {
    throw UsageError(format("--fact {}: not KEY=VALUE", told), "for example --fact exo.version=1.0.71");
  }
  return {told.substr(0, equals), told.substr(equals + 1)};
}

void record_facts(cluster::Cluster& cluster, bool is_fake, const std::vector<std::string>& told,
                  journal::Journal& journal) {
  Facts facts;
  add_models(cluster, facts);
  if (!is_fake && any_here(cluster.spec())) add_exo(facts);
  for (const std::string& one : told) {
    const journal::Fact fact = parse_fact(one);
    facts[fact.key] = fact.value;
  }
  for (const auto& [key, value] : facts) journal.append(journal::Fact{key, value});
}

}  // namespace exo_harness::tools
