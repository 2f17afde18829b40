#include "exo_harness/journal/journal.h"

#include <atomic>
#include <fstream>
#include <new>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/redact.h"

#include "sample_test.h"

namespace exo_harness::journal {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string line_of(const Body& body) {
  return to_line(Record{"test", 0, 1, "2026-11-25T03:30:00.000Z", body});
}

TEST(Journal, ComesBackAsItWasWritten) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "journal.jsonl";
  Journal journal(file, "harness");

  for (const Body& body : one_of_each()) journal.append(body);
  journal.sync();

  const Transcript read = read_journal(file);
  ASSERT_THAT(read.records, SizeIs(one_of_each().size()));
  EXPECT_THAT(read.trouble, IsEmpty());
  for (std::size_t i = 0; i < read.records.size(); ++i) {
    EXPECT_EQ(read.records[i].sequence, static_cast<std::int64_t>(i));
    EXPECT_EQ(line_of(read.records[i].body), line_of(one_of_each()[i]));
    EXPECT_EQ(read.records[i].body.index(), one_of_each()[i].index());
  }
}

TEST(Journal, HasOneSampleOfEachKind) {
  // All but Unknown.
  EXPECT_THAT(one_of_each(), SizeIs(std::variant_size_v<Body> - 1));
}

TEST(Journal, IsOneLineARecordInAStableSpelling) {
  EXPECT_EQ(line_of(RunEnded{3, "say \"why\"\n"}),
            R"({"v":1,"seq":0,"t_ns":1,"utc":"2026-11-25T03:30:00.000Z","w":"test","ev":"run.ended",)"
            R"("exit_code":3,"reason":"say \"why\"\n"})"
            "\n");
}

TEST(Journal, ShowsItsListenerWhatItAppendsAndNothingAfterwards) {
  const TemporaryFolder folder;
  Journal journal(folder.path() / "journal.jsonl", "harness");
  std::vector<Record> seen;
  journal.append(Fact{"before", ""});
  journal.listen([&](const Record& record) { seen.push_back(record); });
  journal.append(Fact{"commit", "abc"});
  journal.listen({});
  journal.append(Fact{"after", ""});

  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(std::get<Fact>(seen[0].body).value, "abc");
  EXPECT_EQ(seen[0].writer, "harness");
  EXPECT_EQ(seen[0].sequence, 1);
  EXPECT_EQ(read_journal(folder.path() / "journal.jsonl").records.at(1).t_ns, seen[0].t_ns);
}

TEST(Journal, ShowsWhatMayNotStandInText) {
  const std::string line = line_of(Fact{"k", "\x1b[31mred\x1b[0m \xff \x01"});
  EXPECT_THAT(line, HasSubstr(R"("value":"red \\xFF \\x01")"));
}

TEST(Journal, KeepsHeadAndTailOfAHugeText) {
  const std::string line = line_of(Fact{"k", "HEAD" + std::string(10u << 20, 'x') + "TAIL"});
  EXPECT_LT(line.size(), (1u << 20) + 1000);
  EXPECT_THAT(line, HasSubstr("HEADxxx"));
  EXPECT_THAT(line, HasSubstr("xxxTAIL"));
  EXPECT_THAT(line, HasSubstr("bytes more]"));
}

TEST(Journal, WritesNoSecret) {
  const std::vector<std::string> command = {"exo", "--api-key", "fromarguments", "HF_TOKEN=fromassignment"};
  std::string all = line_of(RunStarted{"r", "v", "h", command, {{"HF_TOKEN", "fromsettings"}}});
  all += line_of(ExchangeDone{"t",
                              "GET",
                              "http://me:fromurl@host/",
                              0,
                              0,
                              0,
                              {},
                              "",
                              -1,
                              "Authorization: Bearer fromheader",
                              R"({"password": "frombody"})"});
  for (const char* secret : {"fromarguments", "fromassignment", "fromsettings", "fromurl", "fromheader", "frombody"}) {
    EXPECT_THAT(all, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(all, HasSubstr("--api-key"));
}

TEST(Journal, TakesRecordsOfSeveralProcessesAndThreads) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "journal.jsonl";
  std::vector<pid_t> children;
  for (int p = 0; p < 3; ++p) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      Journal journal(file, "process " + std::to_string(p));
      for (int i = 0; i < 500; ++i) journal.append(Fact{"k", std::string(300, 'a')});
      ::_exit(journal.lossy() ? 1 : 0);
    }
    children.push_back(pid);
  }
  Journal journal(file, "threads");
  const auto append_many = [&] {
    for (int i = 0; i < 500; ++i) journal.append(Fact{"k", "v"});
  };
  std::thread other(append_many);
  append_many();
  other.join();
  for (const pid_t child : children) ASSERT_EQ(::waitpid(child, nullptr, 0), child);

  const Transcript read = read_journal(file);
  EXPECT_THAT(read.records, SizeIs(2500));
  EXPECT_THAT(read.trouble, IsEmpty());
  EXPECT_FALSE(read.torn_tail);
}

// Appends forever; `acknowledged` counts the records whose append has returned.
[[noreturn]] void append_until_killed(const std::filesystem::path& file, std::atomic<int>& acknowledged) {
  Journal journal(file, "killed");
  for (int i = 0;; ++i) {
    journal.append(Fact{std::to_string(i), std::string(static_cast<std::size_t>(i % 5000), 'v')});
    acknowledged = i + 1;
  }
}

TEST(Journal, LosesNoAcknowledgedRecordOfAKilledWriter) {
  void* shared = ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  for (int round = 0; round < 20; ++round) {
    auto& acknowledged = *new (shared) std::atomic<int>(0);
    const TemporaryFolder folder;
    const auto file = folder.path() / "journal.jsonl";
    const pid_t writer = ::fork();
    if (writer == 0) append_until_killed(file, acknowledged);
    while (acknowledged < round * 10) std::this_thread::yield();
    ASSERT_EQ(::kill(writer, SIGKILL), 0);
    ASSERT_EQ(::waitpid(writer, nullptr, 0), writer);

    const Transcript read = std::filesystem::exists(file) ? read_journal(file) : Transcript{};
    EXPECT_GE(static_cast<int>(read.records.size()), acknowledged) << "round " << round;
    EXPECT_THAT(read.trouble, IsEmpty()) << "round " << round;
  }
  ::munmap(shared, sizeof(std::atomic<int>));
}

// In a child, as the limit holds for a whole process.
TEST(Journal, IsLossyAfterAFullDiskAndTheGapShows) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "journal.jsonl";
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    Journal journal(file, "w");
    journal.append(Fact{"k", "first"});
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 300;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    journal.append(Fact{"k", std::string(400, 'x')});
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    journal.append(Fact{"k", "third"});
    ::_exit(journal.lossy() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0) << "the journal did not notice";

  const Transcript read = read_journal(file);
  EXPECT_THAT(read.records, SizeIs(2));
  EXPECT_THAT(read.trouble, testing::ElementsAre(HasSubstr("line 2 is not a record"), HasSubstr("1 lost")));
}

#ifdef __linux__
TEST(Journal, IsLossyWhenTheDeviceIsFull) {
  Journal journal("/dev/full", "w");
  EXPECT_FALSE(journal.lossy());
  journal.append(Fact{"k", "v"});
  EXPECT_TRUE(journal.lossy());
}
#endif

TEST(Journal, SaysWhichFileItCannotOpen) {
  EXPECT_THROW(
      {
        try {
          Journal journal("/no/such/folder/journal.jsonl", "w");
        } catch (const HarnessError& error) {
          EXPECT_THAT(error.what(), HasSubstr("/no/such/folder/journal.jsonl"));
          throw;
        }
      },
      HarnessError);
}

TEST(Journal, OfNothingTakesRecords) {
  Journal::none().append(RunEnded{});
  Journal::none().sync();
  EXPECT_FALSE(Journal::none().lossy());
}

}  // namespace
}  // namespace exo_harness::journal
