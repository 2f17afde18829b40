#include "exo_harness/trial/evidence_records.h"

#include <gtest/gtest.h>

namespace exo_harness::trial {
namespace {

journal::Record record_of(journal::Body body) {
  return {"harness", 0, 0, "", std::move(body)};
}

journal::StateChange change(const std::string& part, const std::string& to, std::size_t bytes = 0) {
  return {part, "r", "", to, std::string(bytes, 'x'), "i", 0, "n"};
}

TEST(EvidenceRecords, LeaveOutWhatNoCaseIsBuiltOf) {
  EvidenceRecords records;
  records.keep(record_of(journal::Fact{"k", "v"}));
  records.keep(record_of(change("edge", "there")));
  records.keep(record_of(change("runner", "RunnerReady")));
  records.keep(record_of(journal::PhaseStarted{Phase::load, "", "", 1}));
  EXPECT_EQ(records.all().size(), 2u);
  records.begin(0);
  EXPECT_TRUE(records.all().empty());
}

TEST(EvidenceRecords, OfAViewThatIsOddStillAreKeptForTheNextTrial) {
  EvidenceRecords records;
  records.keep(record_of({journal::StateChange{"view", "http://a", "", "stale", "", "", -1, "a"}}));
  records.keep(record_of({journal::StateChange{"view", "http://b", "", "stale", "", "", -1, "b"}}));
  records.keep(record_of({journal::StateChange{"view", "http://b", "stale", "moves", "", "", -1, "b"}}));
  records.begin(7);
  ASSERT_EQ(records.all().size(), 1u);
  EXPECT_EQ(std::get<journal::StateChange>(records.all()[0].body).subject, "http://a");
  EXPECT_EQ(records.all()[0].t_ns, 7);
}

TEST(EvidenceRecords, OfANodeThatBabblesStaySmallAndKeepTheEnd) {
  EvidenceRecords records;
  std::size_t kept = 0;
  for (int i = 0; i < 5000; ++i) records.keep(record_of(change("runner", "RunnerLoading", 1u << 20)));
  for (const journal::Record& record : records.all()) kept += std::get<journal::StateChange>(record.body).detail.size();
  EXPECT_LT(kept, 2 * EvidenceRecords::kMostBytes);

  records.keep(record_of(change("runner", journal::StateChange::kRunnerFailed)));
  records.keep(record_of(journal::PhaseEnded{Phase::load, "", "", false, 1, FailureKind::exited, "it died", ""}));
  ASSERT_TRUE(std::holds_alternative<journal::PhaseEnded>(records.all().back().body));
  EXPECT_TRUE(std::get<journal::StateChange>(records.all()[records.all().size() - 2].body).is_runner_failure());

  for (int i = 0; i < 5000; ++i)
    records.keep(record_of(change("runner", journal::StateChange::kRunnerFailed, 1u << 20)));
  kept = 0;
  for (const journal::Record& record : records.all()) {
    if (const auto* one = std::get_if<journal::StateChange>(&record.body)) kept += one->detail.size();
  }
  EXPECT_LT(kept, 3 * EvidenceRecords::kMostBytes);
}

}  // namespace
}  // namespace exo_harness::trial
