#include "exo_harness/process/log_follower.h"

#include <atomic>
#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/format.h"
#include "exo_harness/process/bounded_log.h"

namespace exo_harness::process {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

void append(const fs::path& path, std::string_view text) {
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  ASSERT_EQ(::write(fd.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
}

std::vector<std::string> texts(const std::vector<FollowedLine>& lines) {
  std::vector<std::string> found;
  for (const FollowedLine& line : lines) found.push_back(line.text);
  return found;
}

class Follow : public testing::Test {
 protected:
  const TemporaryFolder folder;
  const fs::path log = folder.path() / "exo.log";
  LogFollower follower{log};
};

TEST_F(Follow, WaitsForAFileThatIsNotThereYet) {
  EXPECT_THAT(follower.read_new(), IsEmpty());
  append(log, "a\n");
  EXPECT_THAT(texts(follower.read_new()), ElementsAre("a"));
}

TEST_F(Follow, HoldsHalfALineBack) {
  append(log, "one\ntw");
  EXPECT_THAT(texts(follower.read_new()), ElementsAre("one"));
  append(log, "o\n\n");
  EXPECT_THAT(texts(follower.read_new()), ElementsAre("two", ""));
}

TEST_F(Follow, GivesTheLastHalfLineWhenTheWriterHasEnded) {
  append(log, "one\ntw");
  EXPECT_THAT(texts(follower.read_new(true)), ElementsAre("one", "tw"));
}

TEST_F(Follow, TellsWhereALineBegan) {
  append(log, "one\ntwo\n");
  const auto lines = follower.read_new();
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1].offset, 4u);
}

TEST_F(Follow, ReadsTheRenamedFileToItsEndFirst) {
  append(log, "old 1\n");
  EXPECT_THAT(texts(follower.read_new()), ElementsAre("old 1"));
  fs::rename(log, folder.path() / "exo.log.1");
  EXPECT_THAT(follower.read_new(), IsEmpty());
  append(folder.path() / "exo.log.1", "old 2\n");
  append(log, "new 1\n");
  fs::remove(folder.path() / "exo.log.1");  // Exo compresses and removes it.

  const auto lines = follower.read_new();

  EXPECT_THAT(texts(lines), ElementsAre("old 2", "new 1"));
  EXPECT_EQ(lines.back().file, 1);
  EXPECT_EQ(lines.back().offset, 0u);
}

TEST_F(Follow, ReportsAFileThatShrank) {
  append(log, "a long first line\n");
  follower.read_new();
  fs::resize_file(log, 0);
  append(log, "b\n");

  EXPECT_THAT(texts(follower.read_new()), ElementsAre("b"));
  EXPECT_EQ(follower.truncations(), 1);
}

TEST_F(Follow, CutsALineAtItsCap) {
  LogFollower narrow(log, 8);
  append(log, std::string(200000, 'x') + "\nshort\n");

  const auto lines = narrow.read_new();

  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].text, "xxxxxxxx");
  EXPECT_TRUE(lines[0].cut);
  EXPECT_EQ(lines[1].text, "short");
  EXPECT_FALSE(lines[1].cut);
  EXPECT_EQ(lines[1].offset, 200001u);
}

constexpr int kFiles = 8, kLinesPerFile = 10000;

void write_file_of_lines(const fs::path& log, int number) {
  const UniqueFd fd(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  for (int i = number * kLinesPerFile; i < (number + 1) * kLinesPerFile; ++i) {
    const std::string line = format("{}\n", i);
    ASSERT_EQ(::write(fd.get(), line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }
}

// What Exo does at each start, much faster: rename, compress, unlink. A file lives until it was seen once, as it does
// when a follower looks more often than Exo is started.
void write_and_rotate(const fs::path& log, const std::atomic<int>& opened) {
  for (int number = 0; number < kFiles; ++number) {
    write_file_of_lines(log, number);
    wait_until(Deadline::after(std::chrono::seconds(20)), milliseconds(1), [&] { return opened >= number; });
    if (number + 1 == kFiles) return;
    fs::rename(log, log.string() + ".old");
    fs::remove(log.string() + ".old");
  }
}

TEST_F(Follow, LosesAndDoublesNothingUnderRotation) {
  std::atomic<int> opened{-1};
  std::vector<std::string> lines;
  std::thread writer([&] { write_and_rotate(log, opened); });
  const Deadline deadline = Deadline::after(std::chrono::seconds(40));
  while (lines.size() < kFiles * kLinesPerFile && !deadline.expired()) {
    for (auto& line : follower.read_new()) {
      lines.push_back(std::move(line.text));
      opened = line.file;
    }
  }
  writer.join();
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(kFiles * kLinesPerFile));
  for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i], std::to_string(i));
  EXPECT_THAT(follower.read_new(true), IsEmpty());
  EXPECT_EQ(follower.rotations(), kFiles - 1);
}

TEST(EndOfLog, BeginsWithAWholeLine) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "log";
  append(path, "first\nsecond\nthird\n");

  EXPECT_EQ(end_of_log(path, 10), "third\n");
  EXPECT_EQ(end_of_log(path), "first\nsecond\nthird\n");
  EXPECT_EQ(end_of_log(folder.path() / "none"), "");
}

#ifdef __linux__
// A sealed file refuses holes, as file systems other than APFS do on macOS.
TEST(BoundedLog, SaysWhyItCannotGiveBlocksBack) {
  const UniqueFd sealed(::memfd_create("log", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  ASSERT_EQ(::ftruncate(sealed.get(), 8 << 20), 0);
  ASSERT_EQ(::fcntl(sealed.get(), F_ADD_SEALS, F_SEAL_WRITE), 0);
  BoundedLog bounded("/proc/self/fd/" + std::to_string(sealed.get()), 1 << 20, 1 << 20);
  EXPECT_EQ(bounded.refusal(), 0);

  bounded.trim();

  EXPECT_EQ(bounded.refusal(), EPERM);
  EXPECT_EQ(bounded.lost(), 0u);
}
#endif

TEST(BoundedLog, KeepsHeadAndTailAndTheirOffsets) {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "start.log";
  BoundedLog bounded(path, 1 << 20, 1 << 20);
  for (int i = 0; i < 16; ++i) {
    append(path, std::string(1 << 20, static_cast<char>('a' + i)));
    bounded.trim();
  }
  const std::string text = read_file(path);

  ASSERT_EQ(text.size(), 16u << 20);
  EXPECT_EQ(text.substr(0, 1 << 20), std::string(1 << 20, 'a'));
  EXPECT_EQ(text.substr(15 << 20), std::string(1 << 20, 'p'));
  EXPECT_GE(bounded.lost(), 12u << 20);
}

}  // namespace
}  // namespace exo_harness::process
