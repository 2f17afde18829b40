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
  Journal& chat(std::optional<FailureKind> kind, int token_events = 0) {
    journal::ExchangeDone done;
    done.url = "http://10.0.0.1:52415/v1/chat/completions";
    done.failure_kind = kind;
    if (kind) done.failure = "POST x: no end";
    done.token_events = token_events;
    done.took_us = 30000000;
    return add(done);
  }
  Journal& phase(Phase phase, std::optional<FailureKind> kind) {
    return add(journal::PhaseEnded{phase, "", "", !kind, 20000, kind, kind ? "it failed" : "", ""});
  }
  CaseFile file() const { return case_from_records(records_, 0); }
  CaseFile file(std::int64_t from_ns, std::int64_t to_ns) const { return case_from_records(records_, from_ns, to_ns); }

 private:
  std::vector<journal::Record> records_;
  std::int64_t now_ = 0;
};

TEST(ACase, OfARequestThatHungIsInThePhaseOfThatRequest) {
  const CaseFile file = Journal().chat(FailureKind::timed_out).file();

  ASSERT_TRUE(file.failed);
  EXPECT_EQ(file.failed->phase, Phase::first_token);
  EXPECT_EQ(file.failed->kind, FailureKind::timed_out);
  EXPECT_THAT(file.failed->what, HasSubstr("POST x: no end"));
}

TEST(ACase, OfAStreamThatStoppedIsInGenerate) {
  EXPECT_EQ(Journal().chat(FailureKind::stalled, 10).file().failed->phase, Phase::generate);
}

TEST(ACase, OfARequestIsNotThatOfTheDeletionAfterIt) {
  const CaseFile file = Journal().phase(Phase::remove, FailureKind::timed_out).chat(FailureKind::vanished, 3).file();

  EXPECT_EQ(file.failed->phase, Phase::generate);
  EXPECT_EQ(file.failed->kind, FailureKind::vanished);
}

TEST(ACase, OfAPlacementIsNotThatOfARequest) {
  EXPECT_EQ(
      Journal().phase(Phase::load, FailureKind::timed_out).chat(FailureKind::unreachable, -1).file().failed->phase,
      Phase::load);
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

TEST(ACase, IsOfItsTimeOnly) {
  Journal journal;
  journal.phase(Phase::place, FailureKind::refused).phase(Phase::load, FailureKind::exited);
  journal.phase(Phase::warm_up, FailureKind::timed_out);
  EXPECT_EQ(journal.file(2, 2).failed->phase, Phase::load);
  EXPECT_FALSE(journal.file(4, 9).failed);
}

TEST(ACase, WhereRequestsWentWellHasNoFailure) {
  EXPECT_FALSE(Journal().chat(std::nullopt, 3).phase(Phase::load, std::nullopt).file().failed);
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
