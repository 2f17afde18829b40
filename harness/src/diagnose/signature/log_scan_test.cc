#include "exo_harness/diagnose/signature/log_scan.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/text.h"

#include "shipped_book_test.h"

namespace exo_harness::diagnose {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> ids(const std::vector<Hit>& hits) {
  std::vector<std::string> all;
  for (const Hit& hit : hits) all.push_back(hit.signature->id);
  return all;
}

std::vector<std::string> ids_in(std::string_view log) {
  return ids(scan_text(book(), log, {}).hits);
}

constexpr std::string_view kInfo = "[ 2026-11-23 04:46:58.279 | INFO     | exo.worker:run:1 ] all is well\n";
constexpr std::string_view kFailure =
    "[ 2026-11-23 06:10:01.651 | WARNING  | exo.worker.runner.bootstrap:entrypoint:59 ] Runner a0000000 crashed with "
    "critical "
    "exception [jaccl] Changing queue pair to RTR failed with errno 22\n"
    "Traceback (most recent call last):\n"
    "> File \"utils_mlx.py\", line 144, in mlx_distributed_init\n"
    "ValueError: [jaccl] Changing queue pair to RTR failed with errno 22\n";

TEST(LogScan, ATracebackIsOneEventWithTimeAndContext) {
  const NodeLog log = scan_text(book(), std::string(kInfo) + std::string(kFailure) + std::string(kInfo),
                                {.node = "n1", .source = "exo.log"});
  ASSERT_THAT(ids(log.hits), ElementsAre("jaccl-rtr-errno-22"));
  const Hit& hit = log.hits[0];
  EXPECT_EQ(hit.line, 2u);
  EXPECT_EQ(hit.node, "n1");
  EXPECT_EQ(hit.time, "2026-11-23 06:10:01.651");
  EXPECT_EQ(hit.level, "WARNING");
  EXPECT_THAT(hit.before, ElementsAre(HasSubstr("all is well")));
  EXPECT_THAT(hit.after, ElementsAre(HasSubstr("Traceback"), HasSubstr("File")));
  EXPECT_EQ(log.lines, 6u);
  EXPECT_THAT(log.tail, SizeIs(6));
}

TEST(LogScan, TheCauseInATracebackWinsOverTheWrapperAboveIt) {
  EXPECT_THAT(ids_in("[ 2026-11-23 06:10:01.651 | ERROR    | exo.master.main:x:1 ] Error in command processor\n"
                     "Traceback (most recent call last):\n"
                     "ValueError: Requested RDMA (MlxJaccl) but no RDMA-connected cycles available\n"),
              ElementsAre("placement-no-rdma-cycle"));
}

TEST(LogScan, PortionsOfAnySizeGiveTheSame) {
  std::string text;
  for (int i = 0; i < 20; ++i)
    text += std::string(kInfo) + std::string(kFailure) + "[ring] Too many send/recv errors. Aborting...\n";
  const NodeLog whole = scan_text(book(), text, {});
  ASSERT_THAT(whole.hits, SizeIs(16));
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    LogScanner scanner(book(), {});
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + random() % 300;
      scanner.feed(std::string_view(text).substr(at, size));
      at += size;
    }
    scanner.finish();
    ASSERT_EQ(ids(scanner.hits()), ids(whole.hits));
    for (std::size_t i = 0; i < whole.hits.size(); ++i) {
      EXPECT_EQ(scanner.hits()[i].line, whole.hits[i].line);
      EXPECT_EQ(scanner.hits()[i].before, whole.hits[i].before);
      EXPECT_EQ(scanner.hits()[i].after, whole.hits[i].after);
    }
    EXPECT_EQ(scanner.counts().at("jaccl-rtr-errno-22"), 20u);
    EXPECT_EQ(scanner.lines(), whole.lines);
  }
}

TEST(LogScan, ColoursAreNoObstacle) {
  EXPECT_THAT(ids_in("\x1b[33m[ \x1b[0m04:59:13.1258AM | \x1b[1mWARNING\x1b[0m ] \x1b[1mRunner stderr: [jac\x1b[0mcl] "
                     "Couldn't allocate "
                     "protection domain\x1b[0m\n"),
              ElementsAre("jaccl-alloc-pd-failed"));
}

TEST(LogScan, WhatUsersWriteIsNoFailure) {
  EXPECT_THAT(ids_in("[ 2026-11-23 04:41:05.054 | INFO     | exo.master.main:p:122 ] Executing command: "
                     "TextGeneration(content='why does "
                     "[jaccl] Couldn't allocate protection domain appear?')\n"
                     "[ 2026-11-23 04:41:05.145 | INFO     | exo.worker.engines.mlx.utils_mlx:apply_chat_template:614 "
                     "] <|start|>user\n\n"
                     "[jaccl] Couldn't allocate protection domain<|eot_id|>\n"),
              IsEmpty());
}

TEST(LogScan, HostileBytesAreHarmless) {
  std::string log(10u << 20, 'x');                           // one line of 10 MB
  log += "[ring] Too many send/recv errors. Aborting...\n";  // behind the limit of that line
  std::mt19937 random(5);
  for (int i = 0; i < 200000; ++i) log += static_cast<char>(random());
  log += "\n[ring] Too many send/recv errors. Aborting...\xff\xfe\n";
  const NodeLog found = scan_text(book(), log, {});
  ASSERT_THAT(ids(found.hits), ElementsAre("ring-transport-aborted"));
  EXPECT_TRUE(is_utf8(found.hits[0].text));
  EXPECT_LE(found.hits[0].before.back().size(), 2200u);
}

TEST(LogScan, AFloodIsCountedAndNotKept) {
  LogScanner scanner(book(), {});
  for (int i = 0; i < 500; ++i) scanner.feed("[ring] Sending to socket 12 failed with errno 32\n");
  EXPECT_THAT(scanner.hits(), SizeIs(16));
  EXPECT_EQ(scanner.counts().at("ring-socket-errno"), 500u);
}

TEST(LogScan, HealthyRecordingsRaiseNoAlarm) {
  for (const std::string name : {"healthy-v1.0.71", "healthy-main"}) {
    for (const std::string rank : {"rank0", "rank1"}) {
      const std::string path =
          std::string(EXO_FIXTURES_DIR) + "/recordings/rdma-samples/logs/" + name + "/" + rank + ".exo.log";
      if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
      EXPECT_THAT(ids(scan_file(book(), path, {}).hits), IsEmpty());
    }
  }
}

}  // namespace
}  // namespace exo_harness::diagnose
