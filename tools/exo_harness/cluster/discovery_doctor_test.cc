#include "cluster/discovery_doctor.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "http/scripted_server.h"

namespace exo_harness::tools {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

/// An API that says who it is and whom it sees.
class Node {
 public:
  explicit Node(std::string id) : id_(std::move(id)) {}

  std::string api() const { return server_.url(); }
  void see(const std::string& other) { others_ = format(",\"{}\"", other); }
  void move_on() { ++events_; }
  void be_main() { is_main_ = true; }
  void be_v1_0_71() { is_v1_ = true; }

 private:
  void answer(http::Connection& connection) {
    for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
      if (contains(request, "GET /node_id")) {
        connection.reply(format("\"{}\"", id_));
      } else if (contains(request, "GET /state")) {
        connection.reply(format(R"({{"instances":{{}},"runners":{{}},"lastEventAppliedIdx":{},)"
                                R"({}"topology":{{"nodes":["{}"{}],"connections":{{}}}}}})",
                                events_.load(), is_main_ ? R"("nodeBackends":{"a":["MlxCpu"]},)" : "", id_, others_));
      } else if (knows_version() && contains(request, "GET /openapi.json")) {
        connection.reply(format(R"({{"paths":{{"{}":{{}}}}}})", is_main_ ? "/v1/feature-flags" : "/instance/previews"));
      } else if (knows_version() && contains(request, "GET /ollama/api/version")) {
        connection.reply(format(R"({{"version":"{}"}})", is_main_ ? "1.0.0" : "exo v1.0"));
      } else {
        connection.reply("{}", "application/json", 404);
      }
    }
  }
  bool knows_version() const { return is_main_ || is_v1_; }

  const std::string id_;
  std::string others_;
  bool is_main_ = false, is_v1_ = false;  // Neither: it does not say of what version it is.
  std::atomic<int> events_{1};
  http::ScriptedServer server_{[this](http::Connection& connection) { answer(connection); }};
};

class TheDoctorOfDiscovery : public testing::Test {
 protected:
  cluster::Insight look(Clock::duration after_the_first) {
    return doctor_.look(begin_ + after_the_first, Deadline::after(30s));
  }
  void move_on() {
    one_.move_on();
    other_.move_on();
  }

  Node one_{"12D3KooWaaaaaaaa"}, other_{"12D3KooWbbbbbbbb"};
  DiscoveryDoctor doctor_{{one_.api(), other_.api()}, 2, 1};
  const Clock::time_point begin_ = Clock::now();
};

TEST_F(TheDoctorOfDiscovery, NamesTheClustersAtOnceAndGivesThemTime) {
  const cluster::Insight first = look(0s);
  move_on();
  const cluster::Insight later = look(DiscoveryDoctor::kSettle - 1s);

  EXPECT_THAT(first.what, HasSubstr("the addresses lead to 2 clusters"));
  EXPECT_THAT(first.what, HasSubstr("(aaaaaaaa)"));
  EXPECT_THAT(first.what, HasSubstr("one-cluster"));
  EXPECT_FALSE(first.hopeless);
  EXPECT_FALSE(later.hopeless) << "a node of a real Exo may need so long";
}

TEST_F(TheDoctorOfDiscovery, CallsItHopelessWhenNothingChangedForLong) {
  look(0s);
  move_on();

  EXPECT_EQ(look(DiscoveryDoctor::kSettle + 1s).hopeless, FailureKind::mismatch);
}

TEST_F(TheDoctorOfDiscovery, WaitsForANodeThatStandsStill) {
  look(0s);
  one_.move_on();

  EXPECT_FALSE(look(DiscoveryDoctor::kSettle + 1s).hopeless) << "it may still be reading its past";
}

TEST_F(TheDoctorOfDiscovery, StartsOverWhenSomethingChanges) {
  look(0s);
  other_.see("12D3KooWcccccccc");
  look(20s);
  move_on();

  EXPECT_FALSE(look(DiscoveryDoctor::kSettle + 1s).hopeless);
  EXPECT_TRUE(look(20s + DiscoveryDoctor::kSettle + 1s).hopeless);
}

TEST_F(TheDoctorOfDiscovery, GivesNodesOfDifferentVersionsAThirdOfTheTime) {
  one_.be_v1_0_71();
  other_.be_main();
  const cluster::Insight first = look(0s);
  const cluster::Insight soon = look(DiscoveryDoctor::kSettle / 3 - 1s);

  EXPECT_THAT(first.what, HasSubstr("exo-versions-equal"));
  EXPECT_FALSE(first.hopeless);
  EXPECT_FALSE(soon.hopeless);
  EXPECT_EQ(look(DiscoveryDoctor::kSettle / 3 + 1s).hopeless, FailureKind::unfit) << "though none moved on";
}

TEST_F(TheDoctorOfDiscovery, GivesNodesOfOneVersionAllOfTheTime) {
  one_.be_main();
  other_.be_main();
  look(0s);
  move_on();

  EXPECT_FALSE(look(DiscoveryDoctor::kSettle / 3 + 1s).hopeless);
  EXPECT_EQ(look(DiscoveryDoctor::kSettle + 1s).hopeless, FailureKind::mismatch);
}

TEST_F(TheDoctorOfDiscovery, HasNothingToSayOnceOneSeesTheOther) {
  look(0s);
  move_on();
  other_.see("12D3KooWaaaaaaaa");
  const cluster::Insight joined = look(DiscoveryDoctor::kSettle + 1s);

  EXPECT_THAT(joined.what, IsEmpty());
  EXPECT_FALSE(joined.hopeless);
}

}  // namespace
}  // namespace exo_harness::tools
