// What public reports of failures showed, line by line, and what the shipped signatures must say of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/signature/log_scan.h"

#include "shipped_book_test.h"

namespace exo_harness::diagnose {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kShapes = "[broadcast_shapes] Shapes (1,1,1,0) and (1,16,1,214) cannot be broadcast.";

std::string id_of(std::string_view text, std::optional<Phase> phase = std::nullopt) {
  const auto match = book().match_text(text, phase);
  return match ? match->signature->id : "";
}

std::string info(std::string_view message) {
  return "[ 2026-08-16 11:00:01.200 | INFO     | exo.worker.runner.runner:handle_first_task:295 ] " +
         std::string(message) + "\n";
}

std::string crash(std::string_view exception) {
  return "[ 2026-08-16 11:02:47.905 | WARNING  | exo.worker.runner.bootstrap:entrypoint:93 ] Runner 5d3a9b3e crashed "
         "with critical exception " +
         std::string(exception) + "\n";
}

std::vector<std::string> ids_of_log(const std::string& log) {
  std::vector<std::string> ids;
  for (const Hit& hit : scan_text(book(), log, {}).hits) ids.push_back(hit.signature->id);
  return ids;
}

TEST(FieldReport, OfAKeyThatTheConfigLacksIsKnown) {
  for (const char* text :
       {"Runner error: TypeError: ModelArgs.__init__() missing 1 required positional argument: 'rope_theta'",
        "TypeError: ModelArgs.__init__() missing 2 required positional arguments: 'rope_theta' and 'head_dim'"}) {
    EXPECT_EQ(id_of(text), "load-config-key-missing") << text;
  }
}

TEST(FieldReport, OfPackingThatTheModuleWasNotBuiltForIsKnown) {
  for (const char* op : {"quantized_matmul", "gather_qmm", "dequantize"}) {
    EXPECT_EQ(id_of("Runner error: ValueError: [" + std::string(op) +
                    "] The shapes of the weight and scales are incompatible based on bits and group_size. "
                    "w.shape() == (4,64,24) and scales.shape() == (4,64,4) with group_size=32 and bits=4"),
              "load-packing-mismatch");
  }
}

TEST(FieldReport, OfMemoryReadingsThatFailBlamesTheEnvironment) {
  const auto match = book().match_text(
      "Runner error: RuntimeError: host_statistics64(HOST_VM_INFO64) syscall failed: (ipc/mig) array not large enough");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->signature->id, "start-psutil-too-old");
  EXPECT_EQ(match->signature->blame, Blame::environment);
}

TEST(FieldReport, OfACrashInACollectiveIsNoTroubleWithJoining) {
  for (const char* frame :
       {"0 libjaccl.dylib jaccl::MeshImpl::all_gather(char const*, char*, long long) + 412",
        R"x("symbol":"jaccl::RingImpl::all_reduce(float const*, float*, unsigned long)","symbolLocation":412)x"}) {
    EXPECT_EQ(id_of(frame), "jaccl-crash-collective") << frame;
  }
  EXPECT_EQ(id_of("1 libibverbs.dylib ibv_reg_mr_iova2\n2 libjaccl.dylib jaccl::MeshImpl::all_gather(char*)"),
            "jaccl-crash-null-domain");
}

TEST(FieldReport, OfASegmentationFaultTalksOfDevicesOnlyWhileJoining) {
  constexpr std::string_view kLine = "Runner terminated with signal=11 (Segmentation fault: 11)";
  EXPECT_EQ(id_of(kLine, Phase::connect), "runner-sigsegv-joining");
  EXPECT_EQ(id_of(kLine, Phase::generate), "runner-sigsegv");
  EXPECT_EQ(id_of(kLine), "runner-sigsegv");
  EXPECT_THAT(book().find("runner-sigsegv")->cause, Not(HasSubstr("joining")));
  EXPECT_THAT(book().find("runner-sigsegv")->remedy, Not(HasSubstr("ibv_devices")));
}

TEST(FieldReport, OfShapesIsOfShardingOnlyBeforeTheRunnerIsReady) {
  EXPECT_EQ(id_of(kShapes, Phase::warm_up), "warmup-broadcast-shapes");
  EXPECT_EQ(id_of(kShapes, Phase::load), "warmup-broadcast-shapes");
  EXPECT_EQ(id_of(kShapes, Phase::generate), "generate-broadcast-shapes");
  EXPECT_EQ(id_of(kShapes, Phase::first_token), "generate-broadcast-shapes");
  EXPECT_EQ(id_of(kShapes), "broadcast-shapes");
}

TEST(FieldReport, OfShapesReadsThePhaseFromTheLog) {
  EXPECT_THAT(ids_of_log(info("runner warming up") + info("runner ready") + info("runner running") + crash(kShapes)),
              ElementsAre("generate-broadcast-shapes"));
  EXPECT_THAT(ids_of_log(info("runner ready") + info("runner created") + info("runner warming up") + crash(kShapes)),
              ElementsAre("warmup-broadcast-shapes"));
  EXPECT_THAT(ids_of_log(crash(kShapes)), ElementsAre("broadcast-shapes"));
}

TEST(FieldReport, OfACacheOfBatchesIsToldByItsFrame) {
  for (const char* frame :
       {"  File \"/x/mlx_lm/models/cache.py\", line 1101, in filter", "> File \"cache.py\", line 1213, in merge"}) {
    EXPECT_EQ(id_of("Terminated (exitcode=1\nRunner error: ValueError: " + std::string(kShapes) +
                        "\nTraceback (most recent call last):\n" + frame + "\n)",
                    Phase::generate),
              "generate-batch-cache")
        << frame;
  }
}

TEST(FieldReport, OfAToolCallThatWasCutIsNoFaultOfTheServer) {
  EXPECT_THAT(ids_of_log(info("tool call parsing interrupted, yield partial tool call as text")),
              ElementsAre("generate-tool-call-cut"));
}

TEST(FieldReport, OfARunnerThatEndedIsKnownInTheWordsOfTheLog) {
  EXPECT_THAT(ids_of_log("[ 2026-08-16 11:02:47.905 | ERROR    | exo.worker.runner.supervisor:check:396 ] Runner "
                         "terminated with exitcode=1\nRunner error: FooError: bar\n"),
              ElementsAre("runner-terminated-exitcode"));
}

TEST(FieldReport, OfMessagesThatAreDroppedIsKnown) {
  EXPECT_THAT(ids_of_log("[ 2026-11-23 06:10:01.651 | WARNING  | exo.routing.router:_networking_publish:238 ] All peer "
                         "queues full, dropping message on global_events\n"),
              ElementsAre("discovery-messages-dropped"));
}

}  // namespace
}  // namespace exo_harness::diagnose
