#include "exo_harness/trial/test_diagnoser.h"

#include <gtest/gtest.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/file.h"
#include "exo_harness/model/fixture/fixture.h"

namespace exo_harness::trial {
namespace {

class TestDiagnoserTest : public testing::Test {
 protected:
  void SetUp() override { write_file(log_, "Starting\n"); }

  journal::Record at_now(journal::Body body) {
    journal::Record record;
    record.t_ns = monotonic_ns();
    record.body = std::move(body);
    return record;
  }
  void end_phase(Phase phase, const std::string& failure) {
    journal::PhaseEnded ended;
    ended.phase = phase, ended.ok = false, ended.failure_kind = FailureKind::exited, ended.failure = failure;
    journal_.append(ended);
    diagnoser_.see(at_now(ended));
  }
  void end_test(Verdict verdict) {
    journal::TestEnded ended;
    ended.test = "Placement.Works", ended.result = verdict;
    diagnoser_.see(at_now(ended));
  }
  std::vector<journal::DiagnosisMade> made() {
    std::vector<journal::DiagnosisMade> all;
    for (const journal::Record& record : journal::read_journal(file_).records) {
      if (const auto* one = std::get_if<journal::DiagnosisMade>(&record.body)) all.push_back(*one);
    }
    return all;
  }

  TemporaryFolder folder_{"test-diagnoser"};
  std::filesystem::path file_ = folder_.path() / "journal.jsonl", log_ = folder_.path() / "exo.log";
  journal::Journal journal_{file_, "harness"};
  TestDiagnoser diagnoser_{journal_, [this] { return std::vector{log_}; },
                           diagnose::SignatureBook::standard(model::fixtures_folder())};
};

TEST_F(TestDiagnoserTest, NamesWhatFailedFirstInTheTimeOfTheTest) {
  end_phase(Phase::place, "No cycles found with sufficient memory");
  diagnoser_.see(at_now(journal::TestStarted{}));
  end_phase(Phase::connect, "[jaccl] Changing queue pair to RTR failed with errno 22");
  end_phase(Phase::remove, "it was gone");
  end_test(Verdict::failed);
  ASSERT_EQ(made().size(), 1U);
  EXPECT_EQ(made()[0].test, "Placement.Works");
  EXPECT_EQ(made()[0].signature, "jaccl-rtr-errno-22");
  EXPECT_EQ(made()[0].phase, Phase::connect);
}

// As a real node ended (recorded, shortened): what it said stands before the tests that it failed.
TEST_F(TestDiagnoserTest, LetsANodeThatIsGoneSayWhyItEnded) {
  const std::string words =
      "[ 2026-11-29 08:56:13.605 | INFO     | exo.worker.runner.supervisor:run:271 ] Runner process successfully "
      "terminated: 1\n"
      "[ 2026-11-29 08:56:14.725 | CRITICAL | exo.main:main:329 ] EXO terminated due to unhandled exception\n"
      "  + Exception Group Traceback (most recent call last):\n"
      "        | RuntimeError: dictionary changed size during iteration\n"
      "[ 2026-11-29 08:56:14.743 | INFO     | exo.main:main:331 ] EXO Shutdown complete\n";
  const auto fails_at_a_closed_door = [&] {
    diagnoser_.see(at_now(journal::TestStarted{}));
    journal::ExchangeDone exchange;
    exchange.failure_kind = FailureKind::unreachable, exchange.failure = "nothing listens there";
    diagnoser_.see(at_now(exchange));
    end_test(Verdict::lost);
    return made().back().signature;
  };

  write_file(log_, words);
  EXPECT_EQ(fails_at_a_closed_door(), "node-ended-by-runner-check");
  EXPECT_EQ(made().back().verdict, Verdict::lost);
  EXPECT_EQ(made().back().confidence, "certain");
  // A node that went on after it did not end of it.
  std::string more = words;
  for (int i = 0; i < 3; ++i) more += "[ 2026-11-29 08:57:00.000 | INFO     | exo.main:main:1 ] Worker plan\n";
  write_file(log_, more);
  EXPECT_EQ(fails_at_a_closed_door(), "");
}

TEST_F(TestDiagnoserTest, ExplainsATestAfterOneThatWroteWithoutEnd) {
  diagnoser_.see(at_now(journal::TestStarted{}));
  const journal::StateChange babble{"runner", "r", "", "RunnerLoading", std::string(60000, 'x'), "i", 0, "n"};
  for (int i = 0; i < 900; ++i) diagnoser_.see(at_now(babble));
  diagnoser_.see(at_now(journal::TestStarted{}));
  end_phase(Phase::connect, "[jaccl] Changing queue pair to RTR failed with errno 22");
  end_test(Verdict::failed);
  EXPECT_EQ(made().size(), 1U);
}

TEST_F(TestDiagnoserTest, SaysNothingOfATestThatPassedOrJudgedByItself) {
  diagnoser_.see(at_now(journal::TestStarted{}));
  end_test(Verdict::failed);
  end_phase(Phase::connect, "expected");
  end_test(Verdict::passed);
  end_test(Verdict::expected_failure);
  EXPECT_TRUE(made().empty());
}

}  // namespace
}  // namespace exo_harness::trial
