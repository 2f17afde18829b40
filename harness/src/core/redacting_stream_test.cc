#include "exo_harness/core/redacting_stream.h"

#include <ctime>
#include <filesystem>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/harmless.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/redacted_copy.h"
#include "exo_harness/core/text.h"

namespace exo_harness {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// Each begins and ends with a word of its own; only the words in the middle are secret.
const std::string kPieces[] = {
    "[ 08:12 | INFO ] nothing of note 12D3KooWGQpvT2fYkmw3nA8bqZ5yB6x1RrJ7cN4uPtVdSeLhMoXa\n",
    "HF_TOKEN=hf"
    "_abcdefghijKLMNOPqrstuv0123456789 ",
    R"({"password": "pläin \" word", "n": 1} )",
    "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE "
    "KEY-----\n",
    "learned value 0001, ",
    "\x1b[31mlearned va\x1b[0mlue 0001\x1b[0m ",
    "http://me:pass@h/ ",
    "Cookie: a=b; c=d\n",
    "x"};

std::string random_text(std::mt19937& random, std::size_t bytes, bool in_lines) {
  std::string text;
  while (text.size() < bytes)
    text += kPieces[random() % std::size(kPieces)] + (in_lines && random() % 4 == 0 ? "\n" : "");
  return text;
}

std::string streamed(std::mt19937& random, std::string_view text) {
  RedactingStream stream;
  std::string out;
  while (!text.empty()) {
    const std::size_t n = std::min<std::size_t>(text.size(), random() % 3 == 0 ? 1 + random() % 7 : random() % 300000);
    out += stream.feed(text.substr(0, n));
    text.remove_prefix(n);
  }
  return out + stream.finish();
}

TEST(RedactingStream, DoesNotDependOnWhereATextIsCut) {
  add_secret("learned value 0001");
  std::mt19937 random(20261128);
  for (const bool in_lines : {true, false}) {
    for (int round = 0; round < 6; ++round) {
      const std::string text = random_text(random, 2u << 20, in_lines), whole = redact(text);
      ASSERT_TRUE(streamed(random, text) == whole) << "round " << round << (in_lines ? ", lines" : ", one line");
    }
  }
}

TEST(Redact, ChangesNothingThatItHasRedacted) {
  add_secret("learned value 0001");
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string text = random_text(random, 200, true);
    for (int i = 0; i < 4; ++i) text.insert(random() % text.size(), 1, "\"'\\=:, \n&}"[random() % 10]);
    const std::string clean = redact(text);
    ASSERT_EQ(redact(clean), clean) << text;
    ASSERT_TRUE(!is_utf8(text) || is_utf8(clean));
  }
}

TEST(ACopyOfALog, IsHarmlessAndHoldsNoSecret) {
  const TemporaryFolder folder;
  std::string log =
      "\x1b[31mred\x1b[0m \x1b]0;title\x07 \xe2\x80\xaegnp.exe \x08 caf\xc3\xa9 \xff\n" + kPieces[1] + "\n";
  write_file(folder.path() / "log", log + std::string(5000, '\0') + "\nend\n");
  ASSERT_TRUE(redact_in_place(folder.path() / "log"));
  EXPECT_EQ(read_file(folder.path() / "log"),
            "red  \\u202Egnp.exe \\x08 caf\xc3\xa9 \\xFF\nHF_TOKEN=[redacted] \n\n[5000 NUL bytes]\n\nend\n");
}

TEST(ACopyOfALog, LosesItsMiddleBetweenLines) {
  const TemporaryFolder folder;
  std::string log;
  for (int i = 0; i < 1000; ++i)
    log +=
        "line with hf"
        "_abcdefghijKLMNOPqrstuv0123456789 in it\n";
  write_file(folder.path() / "log", log);
  for (std::size_t head = 1000; head < 1060; head += 7) {
    ASSERT_TRUE(copy_redacted(folder.path() / "log", folder.path() / "copy", FileEnds{head, 2000}));
    const std::string copy = read_file(folder.path() / "copy");
    EXPECT_THAT(copy, Not(HasSubstr("KLMNOP")));
    EXPECT_THAT(copy, Not(HasSubstr("456789")));
    EXPECT_THAT(copy, HasSubstr("bytes are left out here"));
  }
}

// A flood that was made for it: with a look back or ahead that grows with the text this takes minutes.
TEST(Redact, TakesTheTimeOfATextsLengthWhateverStandsInIt) {
  add_secret("aaaaaaaaaaaaab");
  const std::clock_t begin = std::clock();
  for (const char* unit : {"token",
                           "token=",
                           "key=",
                           "key=aB3d/",
                           "password: ",
                           "token='",
                           "\\",
                           "-----BEGIN PRIVATE KEY-----",
                           "-----END PRIVATE KEY-----",
                           "MIIE\n",
                           "eyJ",
                           "eyJaaaaaaaaaaaa.",
                           "://",
                           "://a",
                           "a@",
                           "sshpass",
                           "sshpass -p",
                           "curl -u",
                           " -u a:b",
                           "bearer ",
                           "?sig=aaaa",
                           "hf_",
                           "machine login password ",
                           "\x1b[",
                           "aaaaaaaaaaaaa",
                           "password=,a",
                           "cookie:",
                           R"("token": "x", "logprob)",
                           "--api-key -"}) {
    std::string text;
    while (text.size() < (1u << 20)) text += unit;
    const std::string clean = redact(text);
    ASSERT_LT(clean.size(), 4 * text.size()) << unit;
    ASSERT_LT((std::clock() - begin) / CLOCKS_PER_SEC, 30) << unit;
  }
}

// What real nodes say holds no secret: ids of peers, hashes, revisions and commands all stay.
TEST(Redact, LeavesRecordingsAsTheyAre) {
  int files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(EXO_FIXTURES_DIR "/recordings")) {
    if (!entry.is_regular_file()) continue;
    const std::string text = read_file(entry.path());
    EXPECT_TRUE(redact(text) == text) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 50);
}

}  // namespace
}  // namespace exo_harness
