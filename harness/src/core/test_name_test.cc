#include "exo_harness/core/test_name.h"

#include <gtest/gtest.h>

namespace exo_harness {
namespace {

TEST(TestNames, AreTakenApartAsGoogleTestPutsThemTogether) {
  struct Row {
    const char *test, *promise, *parameter;
  };
  for (const Row& row :
       {Row{"Answer.IsRight", "Answer.IsRight", ""},
        Row{"Scenarios/Answer.IsRight/llama_single", "Answer.IsRight", "llama_single"},
        Row{"Answer.IsRight/0", "Answer.IsRight", "0"}, Row{"Scenarios/Answer.IsRight", "Answer.IsRight", ""},
        Row{"", "", ""}, Row{"x/y", "x", ""}, Row{"/.", ".", ""}, Row{"a.b/", "a.b", ""}}) {
    EXPECT_EQ(parts_of_test(row.test).promise, row.promise) << row.test;
    EXPECT_EQ(parts_of_test(row.test).parameter, row.parameter) << row.test;
  }
}

}  // namespace
}  // namespace exo_harness
