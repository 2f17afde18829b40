#include <algorithm>
#include <cmath>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/journal/postmortem.h"

#include "sample_test.h"

namespace exo_harness::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string journal_text() {
  std::string text;
  std::int64_t sequence = 0;
  for (const Body& body : one_of_each()) text += to_line({"w", sequence++, 1, "2026-11-25T03:30:00.000Z", body});
  return text;
}

TEST(JournalReader, ReadsEveryPrefix) {
  for (const Body& body : one_of_each()) {
    const std::string text = to_line({"w", 0, 1, "u", body}) + to_line({"w", 1, 1, "u", body});
    for (std::size_t size = 0; size <= text.size(); ++size) {
      const Transcript read = parse_journal(std::string_view(text).substr(0, size));
      const auto whole = std::count(text.begin(), text.begin() + static_cast<long>(size), '\n');
      ASSERT_EQ(static_cast<std::ptrdiff_t>(read.records.size()), whole) << size;
      ASSERT_THAT(read.trouble, IsEmpty()) << size;
      ASSERT_EQ(read.torn_tail, size > 0 && text[size - 1] != '\n') << size;
    }
  }
}

TEST(JournalReader, SurvivesAnyByteChanged) {
  const std::string text = journal_text();
  for (std::size_t at = 0; at < text.size(); at += 23) {
    for (const char c : {'\0', '\n', '"', '\xff', '{', '9'}) {
      std::string broken = text;
      broken[at] = c;
      EXPECT_LE(parse_journal(broken).records.size(), one_of_each().size());
    }
  }
}

TEST(JournalReader, ReadsNumbersBitByBitAndWhatIsNoneAsNone) {
  BlockMeasured block;
  block.metrics = {{"a", 0.1 + 0.2}, {"b", 1e-300}, {"c", -0.0}, {"none", std::nan("")}, {"too_much", HUGE_VAL}};
  block.samples = {{"a", {}}, {"b", {1, std::nan(""), 3}}};
  const std::string line = to_line({"w", 0, 1, "u", block});
  EXPECT_THAT(line, HasSubstr(R"("none":null,"too_much":null)"));

  const Transcript read = parse_journal(line);

  ASSERT_THAT(read.trouble, IsEmpty());
  const auto& back = std::get<BlockMeasured>(read.records.at(0).body);
  for (const char* name : {"a", "b", "c"}) EXPECT_EQ(back.metrics.at(name), block.metrics.at(name));
  EXPECT_TRUE(std::isnan(back.metrics.at("none")) && std::isnan(back.metrics.at("too_much")));
  ASSERT_THAT(back.samples.at("b"), SizeIs(3));
  EXPECT_TRUE(std::isnan(back.samples.at("b")[1]));
}

TEST(JournalReader, SaysTheNewestVersionOfTheSchema) {
  EXPECT_EQ(parse_journal("").version, 0);
  EXPECT_EQ(parse_journal(journal_text()).version, 1);
  EXPECT_EQ(parse_journal(journal_text() + R"({"v":3,"seq":0,"t_ns":1,"utc":"u","w":"x","ev":"fact"})"
                                           "\n")
                .version,
            3);
}

TEST(JournalReader, KeepsKindsAndFieldsItDoesNotKnow) {
  const std::string newer =
      R"({"v":2,"seq":0,"t_ns":1,"utc":"u","w":"w","ev":"weather","rain":true})"
      "\n"
      R"({"v":2,"seq":1,"t_ns":1,"utc":"u","w":"w","ev":"fact","key":"k","value":"v","colour":[1]})"
      "\n";
  const Transcript read = parse_journal(newer);
  ASSERT_THAT(read.records, SizeIs(2));
  EXPECT_THAT(read.trouble, IsEmpty());
  EXPECT_EQ(std::get<Unknown>(read.records[0].body).event, "weather");
  EXPECT_THAT(to_line(read.records[0]), HasSubstr(R"("rain":true)"));
  EXPECT_EQ(std::get<Fact>(read.records[1].body).value, "v");
}

TEST(JournalReader, TellsOfGapsPerWriterAndOfBadLines) {
  const auto line = [](const char* writer, std::int64_t sequence) {
    return to_line({writer, sequence, 1, "u", Fact{"k", "v"}});
  };
  const Transcript read = parse_journal(line("a", 0) + line("b", 0) + "not json\n" + line("a", 1) + line("b", 3) +
                                        R"({"seq":"0","t_ns":1,"utc":"u","w":"c","ev":"fact"})" + "\n");
  EXPECT_THAT(read.records, SizeIs(4));
  EXPECT_THAT(read.trouble,
              ElementsAre(HasSubstr("line 3 is not a record"), HasSubstr("writer b: record 3 follows 0, 2 lost"),
                          HasSubstr("line 6 is not a record")));
}

TEST(JournalReader, AcceptsAWriterThatRestarts) {
  const auto line = [](std::int64_t sequence) { return to_line({"suite:x", sequence, 1, "u", Fact{"k", "v"}}); };
  EXPECT_THAT(parse_journal(line(0) + line(1) + line(0) + line(1)).trouble, IsEmpty());
}

TEST(JournalReader, TellsWhenTheFirstRecordOfAWriterIsMissing) {
  EXPECT_THAT(parse_journal(to_line({"w", 1, 1, "u", Fact{"k", "v"}})).trouble, SizeIs(1));
}

TEST(JournalReader, ShowsControlCharactersBehindEscapes) {
  const Transcript read = parse_journal(
      "{\"seq\":0,\"t_ns\":1,\"utc\":\"u\",\"w\":\"w\",\"ev\":\"fact\",\"key\":\"\\u001b\",\"value\":\"\\u0000\"}\n");
  ASSERT_THAT(read.records, SizeIs(1));
  EXPECT_EQ(std::get<Fact>(read.records[0].body).key, "\\x1B");
}

TEST(PostmortemRecord, StandsInALineOfItsOwnBehindATornOne) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "journal.jsonl";
  const std::string whole = to_line({"harness", 0, 1, "u", Fact{"k", "v"}});
  write_file(file, whole + whole.substr(0, 20));

  ASSERT_TRUE(append_postmortem(file, "leash", CleanUpDone{3, 2, 1, 250, {}, "harness gone"}));

  const Transcript read = read_journal(file);
  ASSERT_THAT(read.records, SizeIs(2));
  EXPECT_EQ(std::get<CleanUpDone>(read.records[1].body).reason, "harness gone");
  EXPECT_FALSE(read.torn_tail);
  EXPECT_THAT(read.trouble, ElementsAre(HasSubstr("line 2 is not a record")));
}

TEST(PostmortemRecord, MakesNoJournalWhereThereIsNone) {
  EXPECT_FALSE(append_postmortem("/no/journal.jsonl", "leash", CleanUpDone{}));
}

TEST(JournalReader, SaysWhichFileIsMissing) {
  EXPECT_THROW(read_journal("/no/journal.jsonl"), HarnessError);
}

}  // namespace
}  // namespace exo_harness::journal
