#include "exo_harness/diagnose/cause/case_builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::diagnose {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

/// What a journal holds of one test.
class Journal {
 public:
  Journal& add(journal::Body body) {
    records_.push_back({"suite:inference", 0, ++now_, "", std::move(body)});
    return *this;
  }
  Journal& chat(const std::string& failure) {
    journal::ExchangeDone done;
    done.url = "http://10.0.0.1:52415/v1/chat/completions";
    done.failure = failure;
    done.took_us = 30000000;
    return add(done);
  }
  Journal& phase(Phase phase, const std::string& kind) {
    return add(journal::PhaseEnded{phase, "", "", kind.empty(), 20000, kind, kind, ""});
  }
  CaseFile file() const { return case_from_records(records_, 0); }

 private:
  std::vector<journal::Record> records_;
  std::int64_t now_ = 0;
};

TEST(ACase, OfARequestThatHungIsInThePhaseOfThatRequest) {
  const CaseFile file = Journal().chat("timed_out: POST x: no end; 0 token events, 2 keep-alives").file();

  ASSERT_TRUE(file.failed);
  EXPECT_EQ(file.failed->phase, Phase::first_token);
  EXPECT_EQ(file.failed->kind, FailureKind::timed_out);
  EXPECT_THAT(file.failed->what, HasSubstr("POST x: no end"));
}

TEST(ACase, OfAStreamThatStoppedIsInGenerate) {
  EXPECT_EQ(Journal().chat("stalled: POST x; 10 token events").file().failed->phase, Phase::generate);
}

TEST(ACase, OfARequestIsNotThatOfTheDeletionAfterIt) {
  const CaseFile file =
      Journal().phase(Phase::remove, "timed_out").chat("vanished: POST x; 3 token events had come").file();

  EXPECT_EQ(file.failed->phase, Phase::generate);
  EXPECT_EQ(file.failed->kind, FailureKind::vanished);
}

TEST(ACase, OfAPlacementIsNotThatOfARequest) {
  EXPECT_EQ(Journal().phase(Phase::load, "timed_out").chat("unreachable: POST x").file().failed->phase, Phase::load);
}

TEST(ACase, TakesTheDeletionOfItsInstanceByTheHarnessForNoLoss) {
  journal::StateChange ready, gone;
  ready.part = gone.part = "runner";
  ready.rank = gone.rank = 0;
  ready.to = gone.from = "RunnerReady";

  EXPECT_THAT(Journal().add(ready).add(gone).file().history, SizeIs(2));
  EXPECT_THAT(Journal().add(ready).add(journal::PhaseStarted{Phase::remove, "", "", 9}).add(gone).file().history,
              SizeIs(1));
}

TEST(ACase, WhereRequestsWentWellHasNoFailure) {
  EXPECT_FALSE(Journal().chat("").phase(Phase::load, "").file().failed);
}

TEST(ACase, HoldsWhatProcessesWereDoingByRank) {
  journal::StateChange change{"runner", "r", "", "RunnerRunning", "", "i", 1, "n1"};
  journal::ProcessLooked looked{4711, -1, false, "n1", "exo", "T", 0, "", "no stack"};
  CaseFile file = Journal().add(change).add(looked).file();
  assign_ranks(file);

  ASSERT_THAT(file.processes, SizeIs(1));
  EXPECT_EQ(file.processes[0].rank, 1);
  EXPECT_EQ(file.processes[0].state, 'T');
  EXPECT_FALSE(file.processes[0].is_runner);
}

}  // namespace
}  // namespace exo_harness::diagnose
