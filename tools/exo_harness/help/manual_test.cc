#include "help/manual.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exo_harness::tools {
namespace {

using testing::HasSubstr;

// A command with one of each: `greet --loud [--tone[=HIGH]] [--times INT]... NAME [PLACE...]`.
CommandHelp greet() {
  CommandHelp help;
  help.path = {"hello", "greet"};
  help.description = "Greet with `NAME`, as --loud says";
  help.footer = ".starts with a dot\nback\\slash";
  help.options = {{{"--loud", "-l"}, "", "", "", "Shout", false, true, false, false},
                  {{"--tone"}, "HIGH", "", "low", "How high", false, false, false, true},
                  {{"--times"}, "INT", "INT in [1 - 9]", "", "How often", false, false, true, false},
                  {{"NAME"}, "TEXT", "", "", "Whom", true, true, false, false},
                  {{"PLACE"}, "", "", "", "Where", true, false, true, false}};
  return help;
}

TEST(ManualPage, SaysInItsSynopsisWhatMustAndMayBeGiven) {
  EXPECT_THAT(manual_page(greet(), nullptr, "2026-01-02"),
              HasSubstr(".SH SYNOPSIS\n.B hello greet\n\\fB\\-\\-loud\\fR\n[\\fB\\-\\-tone\\fR [\\fIHIGH\\fR]]\n"
                        "[\\fB\\-\\-times\\fR \\fIINT\\fR\\ .\\|.\\|.]\n\\fINAME\\fR\n[\\fIPLACE\\fR\\ .\\|.\\|.]\n"));
}

TEST(ManualPage, DescribesEachOptionWithItsRangeAndDefault) {
  const std::string page = manual_page(greet(), nullptr, "2026-01-02");
  EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-loud\\fR, \\fB\\-l\\fR\nShout\n"));
  EXPECT_THAT(page, HasSubstr("How high\nDefault: low.\n"));
  EXPECT_THAT(page, HasSubstr("How often\n(INT in [1 - 9])\n"));
}

TEST(ManualPage, TakesNoTextForARequest) {
  const std::string page = manual_page(greet(), nullptr, "2026-01-02");
  EXPECT_THAT(page, HasSubstr("hello\\-greet \\- Greet with \\fBNAME\\fR, as \\-\\-loud says\n"));
  EXPECT_THAT(page, HasSubstr(".nf\n\\&.starts with a dot\nback\\eslash\n.fi\n"));
}

}  // namespace
}  // namespace exo_harness::tools
