#include "apart_note.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

namespace exo_harness::gtest {
namespace {

using testing::HasSubstr;

const Failure kApart{FailureKind::timed_out, "the cluster is not whole: 1 of 2 nodes", ""};

class TheApartNote : public testing::Test {
 protected:
  TheApartNote() { setenv("EXO_HARNESS_RUN_ID", "r", 1); }
  ~TheApartNote() override { unsetenv("EXO_HARNESS_RUN_ID"); }
  ApartNote note(int limit_ms = 0) const { return ApartNote(folder_.path() / "cluster.json", milliseconds(limit_ms)); }

  TemporaryFolder folder_;
};

TEST_F(TheApartNote, EndsTheNextLookEarly) {
  EXPECT_FALSE(note().why_end()) << "the first waits as long as it may";
  note().apart(kApart);
  ASSERT_TRUE(note().why_end());
  EXPECT_THAT(note().why_end()->what, HasSubstr("as before, and 0 us later: the cluster is not whole: 1 of 2 nodes"));
  EXPECT_FALSE(note(3'600'000).why_end()) << "not before it has looked for a while";
}

TEST_F(TheApartNote, EndsNothingOnceTheClusterWasWhole) {
  note().apart(kApart);
  ApartNote found = note();
  found.whole();
  EXPECT_FALSE(found.why_end()) << "later waits of the same process ask, too";
  EXPECT_FALSE(note().why_end());
}

TEST_F(TheApartNote, IsOfNodesThatAreNotThereAndOfNothingElse) {
  note().apart({FailureKind::unreachable, "nothing listens there", ""});
  EXPECT_FALSE(note().why_end());
}

TEST_F(TheApartNote, IsOfARunAlone) {
  note().apart(kApart);
  unsetenv("EXO_HARNESS_RUN_ID");
  EXPECT_FALSE(note().why_end()) << "a suite by hand, on another day";
  ApartNote(folder_.path() / "other.json", milliseconds(0)).apart(kApart);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "other.json.apart"));
}

}  // namespace
}  // namespace exo_harness::gtest
