#include "exception_text.h"

#include <gtest/gtest.h>

namespace exo_harness::diagnose {
namespace {

TEST(ExceptionText, StandsAfterTheWordsOfExo) {
  EXPECT_EQ(exception_in("Terminated (exitcode=1\nRunner error: TypeError: no such thing\nTraceback (most recent call "
                         "last):\n)"),
            "TypeError: no such thing");
  EXPECT_EQ(exception_in("Runner a0 crashed with critical exception list index out of range"),
            "list index out of range");
}

TEST(ExceptionText, IsTheLastLineOfATraceback) {
  EXPECT_EQ(exception_in("Runner found to be dead\nTraceback (most recent call last):\n  File \"x.py\", line 1\n"
                         "KeyError: 'a'\nValueError: [x] no\n"),
            "ValueError: [x] no");
  EXPECT_EQ(exception_in("\n   jinja2.exceptions.TemplateError: roles\n"), "jinja2.exceptions.TemplateError: roles");
}

TEST(ExceptionText, IsEmptyWhereThereIsNone) {
  EXPECT_EQ(exception_in("Terminated (exitcode=1)"), "");
  EXPECT_EQ(exception_in("an Error: in the middle\nRunner error: \nErrors: 3"), "");
}

}  // namespace
}  // namespace exo_harness::diagnose
