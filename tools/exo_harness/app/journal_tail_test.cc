#include "app/journal_tail.h"

#include <fstream>

#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/journal/journal.h"

namespace exo_harness::tools {
namespace {

TEST(JournalTail, GivesEachRecordOnce) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "journal.jsonl";
  JournalTail tail(file);
  EXPECT_TRUE(tail.read_new().empty());

  journal::Journal journal(file, "test");
  journal.append(journal::Fact{"a", "1"});
  EXPECT_EQ(tail.read_new().size(), 1u);
  journal.append(journal::Fact{"b", "2"});
  journal.append(journal::Fact{"c", "3"});
  EXPECT_EQ(tail.read_new().size(), 2u);
  EXPECT_TRUE(tail.read_new().empty());
}

TEST(JournalTail, WaitsForTheEndOfALine) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "journal.jsonl";
  {
    journal::Journal journal(file, "test");
    journal.append(journal::Fact{"a", "1"});
  }
  const std::string line = read_file(file);
  const auto half = folder.path() / "half.jsonl";
  JournalTail tail(half);

  std::ofstream(half) << line.substr(0, line.size() / 2);
  EXPECT_TRUE(tail.read_new().empty());
  std::ofstream(half, std::ios::app) << line.substr(line.size() / 2);
  EXPECT_EQ(tail.read_new().size(), 1u);
}

}  // namespace
}  // namespace exo_harness::tools
