#include "exo_harness/cluster/foreign_instance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/cluster/instance_sightings.h"
#include "exo_harness/cluster/placement_follower.h"

#include "state_builder.h"

namespace exo_harness::cluster {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

exo::State with_instances(const std::vector<std::pair<std::string, std::string>>& ids_and_models) {
  exo::State state = whole_state({"aa", "bb"});
  for (const auto& [id, model] : ids_and_models) state.instances[id] = tensor_instance(id, model, {"aa", "bb"});
  return state;
}

TEST(AForeignInstance, IsOneOfTheModelThatWeDidNotPlace) {
  const exo::State state = with_instances({{"ours", "m"}, {"theirs", "m"}, {"other", "another/model"}});

  const auto foreign = foreign_instances(state, "m", {"ours"});

  ASSERT_THAT(foreign, SizeIs(1));
  EXPECT_EQ(foreign.front().id, "theirs");
}

TEST(AForeignInstance, IsNeverOneOfAnotherModel) {
  EXPECT_THAT(foreign_instances(with_instances({{"other", "another/model"}}), "m", {}), IsEmpty());
}

TEST(AForeignInstance, IsReportedWithItsModeNodesAndModelWhyItMattersAndWhatToDo) {
  const Failure failure = why_not_beside(foreign_instances(with_instances({{"12345678-theirs", "m"}}), "m", {}));

  EXPECT_EQ(failure.kind, FailureKind::unfit);
  EXPECT_THAT(failure.what, AllOf(HasSubstr("instance 8-theirs of m (Tensor/MlxRing/2, nodes aa, bb) is there already"),
                                  HasSubstr("answer in the place of")));
  EXPECT_THAT(failure.evidence, AllOf(HasSubstr("12345678-theirs"), HasSubstr("--remove-instances")));
}

TEST(AForeignInstance, IsReportedInBoundsHoweverManyThereAre) {
  exo::State state;
  for (int i = 0; i < 500; ++i) {
    const std::string id = std::string(1000, 'x') + std::to_string(i);
    state.instances[id] = tensor_instance(id, "m", {"aa", "bb"});
  }

  const Failure failure = why_not_beside(foreign_instances(state, "m", {}));

  EXPECT_LT(failure.what.size(), 1500u);
  EXPECT_LT(failure.evidence.size(), 1500u);
  EXPECT_THAT(failure.what, HasSubstr("and 496 more are there already"));
}

// Looks at whole seconds; each is answered half a second after it was asked for.
class Sightings : public testing::Test {
 protected:
  static Clock::time_point at(double seconds) {
    return Clock::time_point(std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(100 + seconds)));
  }
  void look(double second, const std::vector<std::string>& shown) {
    std::vector<std::pair<std::string, std::string>> instances;
    for (const std::string& id : shown) instances.emplace_back(id, "m");
    sightings_.see(with_instances(instances), at(second), at(second + 0.5));
  }
  std::size_t since(double second) { return sightings_.maybe_since(at(second)).size(); }
  InstanceSightings sightings_;
};

TEST_F(Sightings, TellOfWhatIsThere) {
  look(1, {"one"});

  EXPECT_EQ(since(0), 1u);
  EXPECT_EQ(since(9), 1u) << "nothing has shown that it is gone";
}

// It may have answered until the look that showed it gone.
TEST_F(Sightings, TellOfWhatWasNotYetKnownToBeGone) {
  look(1, {"one"});
  look(4, {});

  EXPECT_EQ(since(3), 1u);
  EXPECT_EQ(since(4.4), 1u);
  EXPECT_EQ(since(5), 0u);
}

TEST_F(Sightings, TellOfWhatCameBack) {
  look(1, {"one"});
  look(2, {});
  look(3, {"one"});

  EXPECT_EQ(since(9), 1u);
}

TEST_F(Sightings, BelieveNoOlderLookThatItIsGone) {
  sightings_.see(with_instances({{"one", "m"}}), at(2), at(3));

  sightings_.see(with_instances({}), at(1), at(4));

  EXPECT_EQ(since(5), 1u);
}

TEST_F(Sightings, KeepTheLastThousand) {
  for (int i = 0; i < 1200; ++i) look(i, {std::to_string(i)});

  EXPECT_EQ(since(0), 1000u);
}

// Whose is whose cannot be told, so neither is taken, and neither is deleted.
TEST(APlacementBesideOthers, IsNotFollowedWhenTwoInstancesOfItsModelComeAtOnce) {
  PlacementFollower follower("m", kTensor2, {"before"});

  follower.see(with_instances({{"before", "m"}, {"one", "m"}, {"two", "m"}}));

  ASSERT_TRUE(follower.failure());
  EXPECT_EQ(follower.failure()->kind, FailureKind::unfit);
  EXPECT_THAT(follower.failure()->what, HasSubstr("another client places this model"));
  EXPECT_THAT(follower.rivals(), ElementsAre("one", "two"));
  EXPECT_FALSE(follower.instance());
}

TEST(APlacementBesideOthers, IsFollowedOnWhenAnotherInstanceOfItsModelComesLater) {
  PlacementFollower follower("m", kTensor2, {});
  follower.see(with_instances({{"ours", "m"}}));

  follower.see(with_instances({{"ours", "m"}, {"later", "m"}}));

  EXPECT_FALSE(follower.failure());
  EXPECT_EQ(follower.instance()->id, "ours");
}

}  // namespace
}  // namespace exo_harness::cluster
