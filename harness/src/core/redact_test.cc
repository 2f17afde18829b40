#include "exo_harness/core/redact.h"

#include <gtest/gtest.h>

namespace exo_harness {
namespace {

TEST(Redact, HidesTokensWhereverTheyStand) {
  EXPECT_EQ(redact("HF_TOKEN=abcdef123 next"), "HF_TOKEN=[redacted] next");
  EXPECT_EQ(redact(R"({"api_key": "abcdef123", "n": 1})"), R"({"api_key": "[redacted]", "n": 1})");
  EXPECT_EQ(redact("Authorization: Bearer abcdefgh.ijk"), "Authorization: Bearer [redacted]");
  EXPECT_EQ(redact("curl -H 'x: Bearer abcdefgh.ijk'"), "curl -H 'x: Bearer [redacted]'");
  EXPECT_EQ(redact("found hf_abcdefghijklmnopqrstuv here"), "found [redacted] here");
  EXPECT_EQ(redact("start.sh --api-key abcdef123 --nodes 2"), "start.sh --api-key [redacted] --nodes 2");
  EXPECT_EQ(redact("https://h/x?token=abcdef123&n=1"), "https://h/x?token=[redacted]&n=1");
  EXPECT_EQ(redact("https://me:pass@example.org/x"), "https://[redacted]@example.org/x");
}

TEST(Redact, LeavesInnocentTextAlone) {
  for (const char* text : {R"({"max_tokens": 24, "completion_tokens": 8})", "http://127.0.0.11:52415/state",
                           "token 103 differs", "tokenizer.json", "foretold to fail in first token: no attention layer",
                           "run --token --nodes 2", "the secretary said: hello"}) {
    EXPECT_EQ(redact(text), text);
  }
}

TEST(Redact, HidesEveryValueThatWasAdded) {
  add_secret("correct horse");
  add_secret("tiny");

  EXPECT_EQ(redact("a correct horse, a tiny one"), "a [redacted], a tiny one");
}

}  // namespace
}  // namespace exo_harness
