#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/redacting_stream.h"
#include "exo_harness/core/text.h"

#include "encoded_forms.h"

namespace exo_harness {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TEST(KnownSecrets, GoInEveryTextWhateverTheyLookLike) {
  add_secret("correct horse");
  add_secret("tiny");

  EXPECT_EQ(redact("a correct horse, a tiny one"), "a [redacted], a tiny one");
  EXPECT_EQ(redact("password=correct horse, more"), "password=[redacted], more");
  EXPECT_EQ(redact("a cor\x1b[1mrect ho\x1b[0mrse"), "a [redacted]");
}

TEST(KnownSecrets, AreWrittenInManyWays) {
  const auto forms = encoded_forms("p@ss \"wörd\"/?", 6);
  for (const char* form : {"p@ss \"wörd\"/?", "cEBzcyAid8O2cmQiLz", "BAc3MgInfDtnJkIi8_", "wQHNzICJ3w7ZyZCIvP",
                           "p%40ss%20%22w%C3%B6rd%22%2F%3F", "p%40ss+%22w%c3%b6rd%22%2f%3f", "p@ss \\\"wörd\\\"/?",
                           "p@ss \\\"wörd\\\"\\/?", "p@ss &quot;wörd&quot;/?", "70407373202277c3b67264222f3f"}) {
    EXPECT_THAT(forms, Contains(HasSubstr(form))) << form;
  }
}

// What others make of it, beside `base64 -w0` and Python's quote.
TEST(KnownSecrets, GoInEncodedTextsToo) {
  add_secret("hunter2:s3cret/word+");

  EXPECT_EQ(redact("Authorization is aHVudGVyMjpzM2NyZXQvd29yZCs="), "Authorization is [redacted]=");
  EXPECT_THAT(redact("eHlodW50ZXIyOnMzY3JldC93b3JkK3o="), AllOf(HasSubstr("[redacted]"), Not(HasSubstr("50ZXIyOnM"))));
  EXPECT_EQ(redact("?u=hunter2%3As3cret%2Fword%2B&n=1"), "?u=[redacted]&n=1");
  EXPECT_EQ(redact("x hunter2:s3cret\\/word+ y"), "x [redacted] y");
}

TEST(KnownSecrets, AreLearnedFromAssignmentsAndCommands) {
  add_secret_of_assignment("MY_SSH_PWD=valueOfPwd");
  add_secret_of_assignment("SERVICE_KEY=valueOfKey");
  add_secret_of_assignment("TLS_KEY=/etc/valueOfPath");
  add_secret_of_assignment("PWD=/valueOfFolder");
  add_secret_of_assignment("UPSTREAM=http://me:valueOfUrl@10.0.0.1:1");
  add_secrets_of_text("start.sh --api-key valueOfOption --nodes 2");

  EXPECT_EQ(redact("valueOfPwd valueOfKey me:valueOfUrl valueOfOption"), "[redacted] [redacted] [redacted] [redacted]");
  EXPECT_EQ(redact("/etc/valueOfPath /valueOfFolder"), "/etc/valueOfPath /valueOfFolder");
}

}  // namespace
}  // namespace exo_harness
