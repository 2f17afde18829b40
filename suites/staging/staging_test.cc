// What Exo lists is what was staged. Source: contract 1, 2, 15.
#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/cluster/local_address.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/placed_scenario.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/gtest/run.h"
#include "exo_harness/model/checkpoint/folder.h"

namespace exo_harness::gtest {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::Field;
using testing::IsEmpty;
using testing::Not;

class Staging : public ScenarioTest {
 protected:
  const std::string& repo() const { return scenario().model.repo; }
  std::vector<exo::Download> downloads() {
    std::vector<exo::Download> of_model;
    for (const exo::Download& d : state_now().downloads) {
      if (d.model_id == repo()) of_model.push_back(d);
    }
    return of_model;
  }
  bool is_here(const std::string& node_id) {
    const auto& nodes = cluster().nodes();
    return std::any_of(nodes.begin(), nodes.end(), [&](const cluster::Node& node) {
      return node.id == node_id && cluster::is_on_this_machine(node.api);
    });
  }
};

// Staging does not depend on the mode: one scenario a model.
std::vector<Scenario> one_a_model() {
  std::set<std::string> seen;
  return scenarios([&seen](const Scenario& s) { return seen.insert(s.model.id).second; });
}

QUICK_TEST_P(Staging, TheModelIsCompleteOnEveryNode) {
  const auto found = downloads();

  for (const cluster::Node& node : cluster().nodes()) {
    EXPECT_THAT(found, Contains(AllOf(Field(&exo::Download::node_id, node.id),
                                      Field(&exo::Download::status, exo::Download::Status::completed))))
        << repo() << " is not complete on " << node.api;
  }
}

QUICK_TEST_P(Staging, NoDownloadOfTheModelFailed) {
  EXPECT_THAT(downloads(), Not(Contains(Field(&exo::Download::status, exo::Download::Status::failed))));
}

QUICK_TEST_P(Staging, TheModelLiesWhereExoLooks) {
  std::string folder = repo();
  folder.replace(folder.find('/'), 1, "--");

  for (const exo::Download& d : downloads()) {
    if (d.status != exo::Download::Status::completed || d.directory.empty()) continue;
    EXPECT_EQ(std::filesystem::path(d.directory).filename(), folder) << "on node " << d.node_id;
  }
}

/// mlx-lm reads each `model*.safetensors`, whatever the index says: a stray may override the model's own weights.
TEST_P(Staging, NoFileThatIsCutOrOfAnotherModelLiesBesideIt) {
  int seen = 0;
  for (const exo::Download& d : downloads()) {
    std::error_code ignored;
    const bool done = d.status == exo::Download::Status::completed;
    if (!done || !is_here(d.node_id) || !std::filesystem::is_directory(d.directory, ignored)) continue;
    ++seen;
    const model::ModelFolder files = model::read_model_folder(d.directory);
    EXPECT_THAT(files.strays, IsEmpty()) << "node " << d.node_id << ": take it out of " << d.directory;
    EXPECT_THAT(files.broken, IsEmpty()) << "node " << d.node_id << ": fetch it again into " << d.directory;
  }
  if (seen == 0) GTEST_SKIP() << "no node runs on this machine with its model's folder here: nothing was looked at";
}

QUICK_TEST_P(Staging, EveryNodeHasTheSameSize) {
  std::set<std::uint64_t> sizes;

  for (const exo::Download& d : downloads()) {
    if (d.status == exo::Download::Status::completed) sizes.insert(d.total_bytes);
  }
  EXPECT_EQ(sizes.size(), 1u) << "the nodes hold different files of " << repo();
}

QUICK_TEST_P(Staging, EveryApiListsTheModelAsDownloaded) {
  for (std::size_t i = 0; i < cluster().nodes().size(); ++i) {
    const auto models = cluster().client(i).models(Deadline::after(10s), true);
    ASSERT_THAT(models, IsOk()) << cluster().nodes()[i].api;
    EXPECT_THAT(*models, Contains(Field(&exo::ModelInfo::id, repo()))) << cluster().nodes()[i].api;
  }
}

TEST_P(Staging, TheCardSaysTextGeneration) {
  const auto models = cluster().client().models(Deadline::after(10s));
  ASSERT_THAT(models, IsOk());

  const auto card =
      std::find_if(models->begin(), models->end(), [&](const exo::ModelInfo& m) { return m.id == repo(); });

  ASSERT_NE(card, models->end()) << repo() << " has no card";
  EXPECT_THAT(card->tasks, Contains("TextGeneration"));
  EXPECT_GT(card->storage_megabytes, 0u) << "the placement believes the card's size";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Staging, testing::ValuesIn(one_a_model()), scenario_name);

}  // namespace
}  // namespace exo_harness::gtest

int main(int argc, char** argv) {
  return exo_harness::gtest::run(argc, argv);
}
