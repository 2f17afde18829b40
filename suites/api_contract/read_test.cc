// What every endpoint that only tells something answers: status, headers, shape. Source: contract 1, 2, 13.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/shape.h"
#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/gtest/matchers.h"
#include "exo_harness/gtest/quick.h"
#include "exo_harness/model/fixture/fixture.h"

#include "as_recorded.h"
#include "promise.h"
#include "world_sizes.h"

namespace exo_harness::suites {
namespace {

using gtest::IsOk;
using testing::Contains;
using testing::IsEmpty;
using namespace std::chrono_literals;

const bool kReadsRegistered = register_promises("Read",
                                                {
                                                    {"NodeIdIsAText", "00", true},
                                                    {"NodeIdTakesAnUnknownParameter", "292"},
                                                    {"NodeIdIsFoundByItsEncodedPath", "291"},
                                                    {"ModelsAreAList", "02", true},
                                                    {"ModelsAreTheSameUnderV1", "03", true},
                                                    {"ModelsThatAreDownloadedAreAList", "04"},
                                                    {"ModelsWithAnUnknownStatusAreAList", "289"},
                                                    {"OllamaVersionIsThatOfTheGeneration", "10"},
                                                    {"OllamaTagsAreAList", "11"},
                                                    {"OllamaShowTellsOfTheModel", "283"},
                                                    {"OllamaHeadIsAnswered", "214"},
                                                    {"OllamaVersionHeadIsAnswered", "215"},
                                                    {"OllamaProcessesAreAList", "225"},
                                                    {"PreviewsAreAList", "16", true},
                                                    {"PlacementIsAnInstance", "244", true},
                                                    {"PlacementTakesAnUnknownParameter", "243"},
                                                    {"StateGivesItsParts", "234", true},
                                                    {"OnboardingSaysWhetherItIsDone", "222"},
                                                    {"TracesAreAList", "223"},
                                                    {"ImagesAreAList", "226"},
                                                    {"FeatureFlagsAreThoseOfTheGeneration", "228"},
                                                    {"InstanceLinksAreThoseOfTheGeneration", "229"},
                                                },
                                                __FILE__, __LINE__);

// With RDMA the state has more in it than any recorded cluster had: there is a sample of that.
std::string known_state(exo::Generation generation, bool has_rdma) {
  if (!has_rdma) return recording_of(generation, "01").body();
  const std::string name =
      generation == exo::Generation::v1_0_71 ? "v1.0.71-healthy-2node.json" : "main-healthy-2node.json";
  return read_file(model::fixtures_folder() / "recordings" / "rdma-samples" / "state" / name);
}

class ReadTest : public gtest::ClusterTest {
 protected:
  void SetUp() override {
    gtest::ClusterTest::SetUp();
    if (cluster().generation() == exo::Generation::unknown) GTEST_SKIP() << kNotRecorded;
  }
  Outcome<http::Reply> get(std::string_view path) {
    return cluster().client().raw("GET", path, "", Deadline::after(20s));
  }
};

using State = ReadTest;
using Events = ReadTest;
using OpenApi = ReadTest;

QUICK_TEST_F(State, HasThePartsOfItsGeneration) {
  const auto state = cluster().state();
  ASSERT_THAT(state, IsOk());
  const bool has_rdma = std::any_of(state->edges.begin(), state->edges.end(),
                                    [](const exo::Edge& edge) { return edge.kind == exo::Edge::Kind::rdma; });

  for (const char* path : {"/state", "/state/"}) {
    const auto reply = get(path);
    ASSERT_THAT(reply, IsOk());
    EXPECT_EQ(reply->header("content-type"), "application/json");
    EXPECT_THAT(exo::shape_differences(known_state(cluster().generation(), has_rdma), reply->body), IsEmpty());
  }
}

TEST_F(State, HoldsNothingUnknown) {
  const auto state = cluster().state();

  ASSERT_THAT(state, IsOk());
  EXPECT_THAT(state->unknown, IsEmpty());
}

// Their content is as long as the session, so only its kinds are looked at.
TEST_F(Events, AreAListOfKnownKinds) {
  const auto kinds = cluster().client().event_kinds(Deadline::after(60s));

  ASSERT_THAT(kinds, IsOk());
  EXPECT_THAT(*kinds, Contains("NodeGatheredInfo"));
  EXPECT_THAT(*kinds, Contains("TopologyEdgeCreated"));
}

std::vector<std::string> routes_of(const std::string& openapi) {
  std::vector<std::string> routes;
  const auto json = nlohmann::json::parse(openapi, nullptr, false);
  if (!json.is_object() || !json.contains("paths")) return routes;
  for (const auto& [path, methods] : json["paths"].items()) {
    for (const auto& [method, ignored] : methods.items()) routes.push_back(method + " " + path);
  }
  return routes;
}

TEST_F(OpenApi, ListsTheRoutesOfItsGeneration) {
  const auto reply = get("/openapi.json");

  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->status, 200);
  const auto recorded = routes_of(recording_of(cluster().generation(), "13").body());
  EXPECT_THAT(routes_of(reply->body), testing::IsSupersetOf(recorded));
}

}  // namespace
}  // namespace exo_harness::suites
