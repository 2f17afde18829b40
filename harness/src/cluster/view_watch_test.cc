#include "exo_harness/cluster/view_watch.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/journal/journal.h"

#include "http/scripted_server.h"

namespace exo_harness::cluster {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

class Views : public testing::Test {
 protected:
  /// A second later every API answers with its number; -1: it does not.
  void answer(std::vector<std::int64_t> indices) {
    now_ += std::chrono::seconds(1);
    for (std::size_t i = 0; i < indices.size(); ++i) {
      const std::string name(1, static_cast<char>('a' + i));
      judge_.see(name, "node-" + name, indices[i] < 0 ? std::nullopt : std::optional(indices[i]), now_);
    }
  }
  std::vector<OddView> odd() const { return judge_.odd(now_); }

  ViewJudge judge_;
  Clock::time_point now_{};
};

Node node_at(const std::string& api) {
  Node node;
  node.api = api;
  return node;
}

auto is_odd(const char* api, const char* kind) {
  return testing::AllOf(Field(&OddView::api, api), Field(&OddView::kind, kind));
}

TEST_F(Views, ThatMoveAreWell) {
  for (int i = 0; i < 60; ++i) answer({100 + 2 * i, 99 + 2 * i});
  EXPECT_THAT(odd(), IsEmpty());
  EXPECT_TRUE(judge_.all_well());
}

TEST_F(Views, ThatStandStillAreStaleAfterTheLimitAndNotBefore) {
  answer({100, 100});
  for (int i = 0; i < 9; ++i) answer({100, 100});
  EXPECT_THAT(odd(), IsEmpty());
  EXPECT_FALSE(judge_.all_well());
  answer({100, 100});
  EXPECT_THAT(odd(), ElementsAre(is_odd("a", "stale"), is_odd("b", "stale")));
}

TEST_F(Views, OfWhichOneStandsStillNameThatOne) {
  for (int i = 0; i < 12; ++i) answer({100 + 50 * i, 120});
  ASSERT_THAT(odd(), ElementsAre(is_odd("b", "stale")));
  EXPECT_THAT(odd()[0].why, HasSubstr("stands at event 120"));
  EXPECT_EQ(odd()[0].node, "node-b");
}

TEST_F(Views, ThatMoveAgainAreWellAgain) {
  for (int i = 0; i < 12; ++i) answer({100});
  answer({7});  // A new master counts from the beginning.
  EXPECT_THAT(odd(), IsEmpty());
}

TEST_F(Views, ThatGoBackAgainAndAgainAreOddAndNeverWell) {
  answer({100, 100});
  for (int i = 1; i < 3; ++i) answer({100 - i, 100 + i});
  EXPECT_THAT(odd(), IsEmpty()) << "two masters may have come";
  EXPECT_FALSE(judge_.all_well());
  answer({90, 104});
  ASSERT_THAT(odd(), ElementsAre(is_odd("a", "back")));
  EXPECT_THAT(odd()[0].why, HasSubstr("back 3 times in a row, the last time to event 90"));
  answer({91, 105});
  EXPECT_THAT(odd(), IsEmpty());
}

TEST_F(Views, OfASilentNodeAreNoMatterOfViews) {
  for (int i = 0; i < 20; ++i) answer({100 + i, -1});
  EXPECT_THAT(odd(), IsEmpty());
  EXPECT_TRUE(judge_.all_well());
  answer({130, 90});
  answer({131, 91});
  EXPECT_THAT(odd(), IsEmpty());
}

TEST_F(Views, ThatFallEverFartherBehindAreApart) {
  for (int i = 0; i < 12; ++i) answer({1000 + 100 * i, 100 + i});
  EXPECT_THAT(odd(), ElementsAre(is_odd("b", "apart")));
}

TEST_F(Views, OfWhomReadsItsPastAreNotApart) {
  for (int i = 0; i < 40; ++i) answer({20000 + 2 * i, 500 * i});
  EXPECT_THAT(odd(), IsEmpty());
}

TEST(AViewWatch, AsksNoNodeWhileItRests) {
  std::atomic<int> asked{0};
  http::ScriptedServer server([&](http::Connection& c) {
    while (!c.read_request().empty()) c.reply(std::to_string(++asked));
  });
  ViewWatch watch({node_at(server.url())}, journal::Journal::none(), {}, milliseconds(1));
  const Deadline limit = Deadline::after(std::chrono::seconds(20));
  ASSERT_TRUE(wait_until(limit, milliseconds(1), [&] { return asked >= 3; }));
  int before = 0;
  {
    const ViewWatch::Rest rest(watch);
    before = asked;
    EXPECT_FALSE(wait_until(Deadline::after(milliseconds(100)), milliseconds(5), [&] { return asked > before; }));
  }
  EXPECT_TRUE(wait_until(limit, milliseconds(1), [&] { return asked > before; }));
}

TEST(AViewWatch, EndsWithoutAskingOnWhereNoNodeAnswers) {
  std::atomic<int> asked{0};
  http::ScriptedServer server([&](http::Connection& c) {
    c.read_request();
    ++asked;
    c.read_request();  // Until it is given up.
  });
  {
    const ViewWatch watch(std::vector<Node>(5, node_at(server.url())), journal::Journal::none());
    ASSERT_TRUE(wait_until(Deadline::after(std::chrono::seconds(20)), milliseconds(1), [&] { return asked > 0; }));
  }
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace exo_harness::cluster
