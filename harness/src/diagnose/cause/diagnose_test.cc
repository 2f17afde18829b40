#include "exo_harness/diagnose/cause/diagnose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"

#include "diagnose/signature/shipped_book_test.h"

namespace exo_harness::diagnose {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::HasSubstr;

/// Builds a case in few words.
class Case {
 public:
  Case& failed(Phase phase, FailureKind kind, std::string what = "it did not come", std::string evidence = "") {
    file_.failed = FailedPhase{phase, kind, std::move(what), std::move(evidence), std::chrono::seconds(60), {}};
    return *this;
  }
  Case& nodes(std::vector<std::string> names) {
    file_.instance_nodes = std::move(names);
    return *this;
  }
  Case& runner(int rank, std::string from, std::string to, std::string detail = "") {
    file_.history.push_back(
        {++now_, {"runner", "r" + std::to_string(rank), from, to, detail, "i", rank, "n" + std::to_string(rank)}});
    return *this;
  }
  Case& fails(int rank, std::string text) { return runner(rank, "", "RunnerFailed", std::move(text)); }
  Case& node_gone(std::string node) {
    file_.history.push_back({++now_, {"node", std::move(node), "there", "", "", "", -1, ""}});
    return *this;
  }
  Case& view(std::string node, std::string to) {
    file_.history.push_back({++now_, {"view", "http://" + node, "", std::move(to), "it stands", "", -1, node}});
    return *this;
  }
  Case& silent(std::string node) {
    file_.history.push_back(
        {++now_, {"api", "http://" + node, "", "silent", "no connection", "", -1, std::move(node)}});
    return *this;
  }
  Case& log(int rank, std::string_view text) {
    const std::string node = "n" + std::to_string(rank);
    file_.logs.push_back(scan_text(book(), text, {.node = node, .source = "exo.log"}));
    file_.logs.back().rank = rank;
    return *this;
  }
  CaseFile& file() { return file_; }
  Diagnosis diagnosis() const { return diagnose(file_, book()); }

 private:
  CaseFile file_;
  std::int64_t now_ = 0;
};

TEST(Diagnose, NothingFailedIsNoAlarm) {
  Case c;
  c.runner(0, "", "RunnerIdle")
      .runner(0, "RunnerIdle", "RunnerReady")
      .log(0, "Runner stderr: [ring] Too many send/recv errors.\n");
  EXPECT_EQ(c.diagnosis().verdict, Verdict::passed);
}

TEST(Diagnose, TheCauseOnOneRankWinsOverItsEchoOnTheOther) {
  Case c;
  c.failed(Phase::connect, FailureKind::exited)
      .fails(0, "[jaccl] Recv failed with errno=2")
      .fails(1, "Terminated (exitcode=1\nRunner error: RuntimeError: [jaccl] Couldn't allocate protection domain\n)");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "jaccl-alloc-pd-failed");
  EXPECT_EQ(d.rank, 1);
  EXPECT_EQ(d.node, "n1");
  EXPECT_EQ(d.verdict, Verdict::environment);
  EXPECT_EQ(d.blame, Blame::environment);
  EXPECT_EQ(d.confidence, "certain");
  EXPECT_THAT(d.evidence, Contains(Field(&Evidence::where, HasSubstr("also seen: jaccl-side-channel-lost"))));
}

TEST(Diagnose, ASignalIsACrashAndItsReasonComesFromTheLog) {
  Case c;
  c.failed(Phase::generate, FailureKind::error_in_200)
      .fails(1, "Terminated (signal=6 (Abort trap: 6))")
      .log(1,
           "[ 2026-11-23 06:10:01.651 | WARNING  | a:b:1 ] Runner stderr: libc++abi: terminating due to uncaught "
           "exception of type "
           "std::runtime_error: [METAL] Command buffer execution failed: Insufficient Memory\n");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "metal-out-of-memory");
  EXPECT_EQ(d.verdict, Verdict::crash);
  EXPECT_EQ(d.rank, 1);
}

TEST(Diagnose, AnEchoAloneIsNamedWithLessConfidence) {
  Case c;
  c.failed(Phase::generate, FailureKind::error_in_200, "Runner shutdown before completing command (signal=9 (Killed))")
      .fails(1, "Terminated (signal=9 (Killed))");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "runner-sigkill");
  EXPECT_EQ(d.verdict, Verdict::crash);
  EXPECT_EQ(d.rank, 1);
  EXPECT_EQ(d.confidence, "likely");
}

TEST(Diagnose, AHangWithoutAWordIsUnknownAndNamesTheRanks) {
  Case c;
  c.nodes({"n0", "n1"})
      .failed(Phase::connect, FailureKind::timed_out)
      .runner(0, "RunnerIdle", "RunnerConnecting")
      .runner(1, "", "RunnerIdle");
  c.log(0, "[ 2026-11-23 06:10:01.596 | INFO     | a:b:1 ] rank 0 MLX_JACCL_COORDINATOR: 0.0.0.0:61723\n");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.verdict, Verdict::hang);
  EXPECT_EQ(d.signature, "");
  EXPECT_EQ(d.confidence, "unknown");
  EXPECT_THAT(d.cause, HasSubstr("unknown: phase connect did not end well within 60.00 s"));
  EXPECT_THAT(d.cause, HasSubstr("rank 0 RunnerConnecting (did not pass), rank 1 RunnerIdle (did not pass)"));
  EXPECT_THAT(d.evidence, Contains(Field(&Evidence::text, HasSubstr("MLX_JACCL_COORDINATOR"))));
}

TEST(Diagnose, AnInstanceThatFailedBetweenTwoLooksIsKnownFromTheLog) {
  Case c;
  c.failed(Phase::place, FailureKind::timed_out)
      .log(0,
           "[ 2026-11-23 06:10:01.651 | WARNING  | a:b:1 ] Runner stderr: RuntimeError: [jaccl] Couldn't allocate "
           "protection domain\n");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "jaccl-alloc-pd-failed");
  EXPECT_EQ(d.phase, Phase::connect);
  EXPECT_EQ(d.verdict, Verdict::environment);
}

TEST(Diagnose, ALostNodeIsLostAndNotAHang) {
  Case c;
  c.nodes({"n0", "n1"}).failed(Phase::generate, FailureKind::stalled).node_gone("n1");
  c.log(
      0,
      "[ 2026-11-23 06:10:01.596 | WARNING  | a:b:1 ] Runner stderr: [ring] Too many send/recv errors. Aborting...\n");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.verdict, Verdict::lost);
  EXPECT_EQ(d.signature, "state-node-lost");
  EXPECT_EQ(d.node, "n1");
  EXPECT_EQ(d.rank, 1);
}

TEST(Diagnose, AReasonInTheMastersLogExplainsAPlacementThatNeverCame) {
  Case c;
  c.failed(Phase::place, FailureKind::timed_out)
      .log(0,
           "[ 2026-11-23 06:10:01.651 | ERROR    | a:b:1 ] Error in command processor\nTraceback (most recent call "
           "last):\n"
           "ValueError: Requested RDMA (MlxJaccl) but no RDMA-connected cycles available\n");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "placement-no-rdma-cycle");
  EXPECT_EQ(d.verdict, Verdict::environment);
  EXPECT_EQ(d.confidence, "certain");
}

TEST(Diagnose, ATextOfAnotherPhaseIsNotTheNearestGuess) {
  Case c;
  c.failed(Phase::connect, FailureKind::timed_out)
      .log(0, "[ 2026-11-23 06:10:01.651 | WARNING  | a:b:1 ] Failed to fetch file list: 404\n");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "");
  EXPECT_THAT(d.evidence, Contains(Field(&Evidence::where, HasSubstr("also seen: download-repo-not-found"))));
}

TEST(Diagnose, BenignTextsNeverWin) {
  Case c;
  c.failed(Phase::connect, FailureKind::timed_out)
      .log(1,
           "[ 2026-11-23 06:10:01.651 | WARNING  | a:b:1 ] Runner stderr: [jaccl] Connection attempt 0 waiting 1000 "
           "ms\n");
  EXPECT_EQ(c.diagnosis().signature, "");
}

TEST(Diagnose, ARunnerThatFailsWithSomeLayersLoadedFailsInLoad) {
  Case c;
  c.runner(1, "RunnerConnected", "RunnerLoading 3/16").runner(1, "RunnerLoading 3/16", "RunnerFailed", "no such thing");
  EXPECT_EQ(c.diagnosis().phase, Phase::load);
}

TEST(Diagnose, AStoppedProcessIsSeen) {
  Case c;
  c.failed(Phase::generate, FailureKind::stalled);
  process::ProcessSample look;
  look.pid = 7, look.rank = 1, look.state = 'T', look.cpu_percent = 0,
  look.no_stack = "no stack: neither py-spy nor sample is here";
  c.file().processes.push_back(look);
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "state-process-stopped");
  EXPECT_EQ(d.verdict, Verdict::hang);
  EXPECT_EQ(d.rank, 1);
}

TEST(Diagnose, ANodeThatAnswersNothingIsLostThoughTheStateStillShowsIt) {
  Case c;
  c.nodes({"n0", "n1"}).failed(Phase::generate, FailureKind::timed_out).silent("n1");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "state-node-silent");
  EXPECT_EQ(d.verdict, Verdict::lost);
  EXPECT_EQ(d.rank, 1);
  EXPECT_EQ(d.confidence, "likely");
}

TEST(Diagnose, AStoppedNodeIsTheReasonOfItsSilence) {
  Case c;
  c.nodes({"n0", "n1"}).failed(Phase::generate, FailureKind::timed_out).silent("n1").node_gone("n1");
  process::ProcessSample look;
  look.pid = 7, look.rank = 1, look.node = "n1", look.is_runner = false, look.state = 'T';
  c.file().processes.push_back(look);
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "state-process-stopped");
  EXPECT_EQ(d.verdict, Verdict::lost);
  EXPECT_EQ(d.confidence, "certain");
  EXPECT_THAT(d.evidence, Contains(Field(&Evidence::text, HasSubstr("the process of node n1 is stopped"))));
}

TEST(Diagnose, AHangTellsOfItsProcessesBeforeTheLogs) {
  Case c;
  c.nodes({"n0"})
      .failed(Phase::generate, FailureKind::timed_out)
      .log(0, "[ 2026-11-23 06:10:01.651 | INFO | a:b:1 ] x\n");
  ASSERT_GE(c.diagnosis().evidence.size(), 2u);
  EXPECT_THAT(c.diagnosis().evidence[0].text, HasSubstr("neither CPU use nor a stack is known"));
  EXPECT_EQ(c.diagnosis().evidence[1].where, "last lines of the log of n0");

  process::ProcessSample look;
  look.pid = 7, look.rank = 0, look.node = "n0", look.state = 'S', look.cpu_percent = 2;
  c.file().processes.push_back(look);
  EXPECT_THAT(c.diagnosis().evidence[0].text, HasSubstr("rank 0: runner pid 7 sleeps, 2 % of a core"));
}

TEST(Diagnose, TheLastStateOfARankIsThatBeforeItWent) {
  Case c;
  c.failed(Phase::generate, FailureKind::vanished).runner(0, "", "RunnerReady").runner(0, "RunnerReady", "");
  EXPECT_THAT(c.diagnosis().cause, HasSubstr("rank 0 RunnerReady, then gone"));
}

TEST(Diagnose, ANodeWithoutARankIsNoReason) {
  Case c;
  c.nodes({"n0", "n1"}).failed(Phase::generate, FailureKind::timed_out).node_gone("n7");
  EXPECT_EQ(c.diagnosis().verdict, Verdict::hang);
}

TEST(Diagnose, AnInstanceThatWasDeletedUnderARequestIsLost) {
  Case c;
  c.nodes({"n0"}).failed(Phase::generate, FailureKind::vanished, "given up: the instance of m was deleted");
  EXPECT_EQ(c.diagnosis().verdict, Verdict::lost);
  EXPECT_EQ(c.diagnosis().confidence, "unknown");
}

TEST(Diagnose, ThePhaseComesFromTheRunnerWhenNobodyNamesIt) {
  Case c;
  c.runner(0, "RunnerLoaded", "RunnerWarmingUp")
      .fails(0, "[broadcast_shapes] Shapes (1,32) and (1,16) cannot be broadcast.");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.phase, Phase::warm_up);
  EXPECT_EQ(d.signature, "warmup-broadcast-shapes");
  EXPECT_EQ(d.verdict, Verdict::failed);
}

constexpr const char* kTornShapes =
    "Runner error: ValueError: [broadcast_shapes] Shapes (1,1,1,0) and (1,16,1,214) cannot be broadcast.";

TEST(Diagnose, ShapesThatNoLongerFitAreNoMatterOfSharding) {
  Case c;
  c.failed(Phase::generate, FailureKind::error_in_200).runner(0, "RunnerReady", "RunnerRunning").fails(0, kTornShapes);
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "generate-broadcast-shapes");
  EXPECT_EQ(d.confidence, "likely");
  EXPECT_THAT(d.cause, Not(HasSubstr("sharding")));
  EXPECT_THAT(d.remedy, HasSubstr("one request at a time"));
}

TEST(Diagnose, TheFrameOfABatchMakesItSure) {
  Case c;
  c.failed(Phase::generate, FailureKind::error_in_200)
      .fails(0, std::string(kTornShapes) + "\n  File \"mlx_lm/models/cache.py\", line 1213, in merge");
  EXPECT_EQ(c.diagnosis().signature, "generate-batch-cache");
  EXPECT_EQ(c.diagnosis().confidence, "certain");
}

TEST(Diagnose, AnExceptionThatNobodyKnowsIsTheCauseItself) {
  Case c;
  c.failed(Phase::load, FailureKind::exited)
      .fails(1,
             "Terminated (exitcode=1\nRunner error: FooError: the bar is gone\nTraceback (most recent call last):\n)");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.cause, "the runner raised FooError: the bar is gone");
  EXPECT_EQ(d.confidence, "likely");
  EXPECT_EQ(d.rank, 1);
}

TEST(Diagnose, AnExceptionThatOnlyTheLogShowsIsTheCauseToo) {
  Case c;
  c.nodes({"n0"}).failed(Phase::load, FailureKind::exited).fails(0, "Terminated (exitcode=1)");
  c.log(0,
        "[ 2026-11-23 06:10:01.651 | WARNING  | a:b:1 ] Runner a0 crashed with critical exception the bar is gone\n");
  EXPECT_EQ(c.diagnosis().cause, "the runner raised the bar is gone");
}

TEST(Diagnose, MessagesThatWereDroppedExplainAnInstanceThatVanished) {
  Case c;
  c.nodes({"n0"}).failed(Phase::generate, FailureKind::vanished, "given up: the instance of m was deleted");
  c.log(0, "[ 2026-11-23 06:10:01.651 | WARNING  | a:b:1 ] All peer queues full, dropping message on global_events\n");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "discovery-messages-dropped");
  EXPECT_EQ(d.verdict, Verdict::lost);
  EXPECT_EQ(d.confidence, "likely");
}

TEST(Diagnose, MessagesThatWereDroppedExplainANodeThatNobodySeesAnyMore) {
  Case c;
  c.nodes({"n0", "n1"}).failed(Phase::generate, FailureKind::vanished, "given up: node n1 is gone").node_gone("n1");
  c.log(1, "[ 2026-11-23 06:10:01.651 | WARNING  | a:b:1 ] All peer queues full, dropping message on local_events\n");
  c.log(0, "[ 2026-11-23 06:10:31.651 | INFO     | a:b:1 ] Manually removing node n1 due to inactivity\n");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "discovery-messages-dropped") << "its process lives, and its link is whole";
  EXPECT_EQ(d.verdict, Verdict::lost);
  EXPECT_EQ(d.confidence, "likely");
}

TEST(Diagnose, AFullDiskIsWhyANodeIsGone) {
  for (const FailureKind kind : {FailureKind::vanished, FailureKind::empty_answer, FailureKind::stalled}) {
    Case c;
    c.nodes({"n0", "n1"}).failed(Phase::generate, kind, "200 with an empty body").node_gone("n1");
    c.log(0, "[ 2026-11-23 06:10:31.651 | INFO     | a:b:1 ] Manually removing node n1 due to inactivity\n");
    c.log(1, "OSError: [Errno 28] No space left on device\n");
    const Diagnosis d = c.diagnosis();
    EXPECT_EQ(d.signature, "node-disk-full");
    EXPECT_EQ(d.verdict, Verdict::environment);
    EXPECT_EQ(d.confidence, "likely");
  }
}

TEST(Diagnose, AViewThatStandsStillIsWhyAPlacementDoesNotCome) {
  Case c;
  c.nodes({"n0", "n1"}).failed(Phase::place, FailureKind::timed_out).view("n1", "stale");
  const Diagnosis d = c.diagnosis();
  EXPECT_EQ(d.signature, "state-view-stale");
  EXPECT_EQ(d.verdict, Verdict::lost);
  EXPECT_EQ(d.node, "n1");
  EXPECT_EQ(d.confidence, "certain");
  c.view("n1", "moves");
  EXPECT_EQ(c.diagnosis().signature, "");
}

TEST(Diagnose, ReadsWellOnATerminal) {
  Case c;
  c.failed(Phase::load, FailureKind::exited).fails(0, "ValueError: Model type nemotron_x not supported.");
  EXPECT_THAT(humanize(c.diagnosis()), HasSubstr("failed in phase load, rank 0 on n0\n  cause (certain): "));
}

}  // namespace
}  // namespace exo_harness::diagnose
