#include "exo_harness/diagnose/signature/signature.h"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "shipped_book_test.h"

namespace exo_harness::diagnose {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kGood = R"([[signature]]
id = 'a'
stage = 'load'
subsystem = 'exo'
regex = 'disk \d+ full'
needle = 'disk '
where = 'log'
example = 'disk 7 full'
cause = 'No space.'
remedy = 'Free space.'
source = 'test'
confidence = 'source'
)";

std::string what_of(std::string_view toml) {
  try {
    SignatureBook::parse(toml, "x.toml");
  } catch (const HarnessError& error) {
    return error.what();
  }
  return "no error";
}

std::string with(std::string from, std::string_view old, std::string_view fresh) {
  return from.replace(from.find(old), old.size(), fresh);
}

TEST(Signatures, OfTheProjectAreSound) {
  EXPECT_THAT(check_signatures(book()), IsEmpty());
}

const SignatureBook& hf_book() {
  return SignatureBook::standard(EXO_FIXTURES_DIR, kHuggingFaceSignatures);
}

TEST(Signatures, OfTheHuggingFaceClientAreSoundAndMeanSomething) {
  EXPECT_THAT(check_signatures(hf_book()), IsEmpty());
  for (const Signature& signature : hf_book().all()) EXPECT_NE(signature.means, Meaning::none) << signature.id;
}

TEST(Signatures, OfTheProjectAreMany) {
  EXPECT_GE(book().all().size(), 150u);
}

TEST(Signatures, ErrorsNameTheLine) {
  EXPECT_THAT(what_of(with(std::string(kGood), "stage = 'load'", "stage = 'lode'")),
              HasSubstr("x.toml:3: `stage` is `lode`"));
  EXPECT_THAT(what_of(with(std::string(kGood), "cause", "causes")),
              HasSubstr("x.toml:9: no signature has a key `causes`"));
  EXPECT_THAT(what_of(with(std::string(kGood), "needle = 'disk '\n", "")),
              HasSubstr("x.toml:1: an expression needs a `needle`"));
  EXPECT_THAT(what_of(with(std::string(kGood), "'disk \\d+ full'", "'disk (full'")),
              HasSubstr("x.toml:1: the expression of `a`"));
  EXPECT_THAT(what_of(std::string(kGood) + "x = = 1\n"), HasSubstr("x.toml:13:"));
  EXPECT_THAT(what_of(std::string(kGood) + std::string(kGood)), HasSubstr("x.toml:13: there are two signatures `a`"));
}

TEST(Signatures, OfSomePhasesClaimNoLineOfOthers) {
  const std::string late =
      with(with(std::string(kGood), "id = 'a'", "id = 'late'"), "stage", "phases = 'generate'\nstage");
  const SignatureBook two = SignatureBook::parse(late + std::string(kGood), "x.toml");
  EXPECT_EQ(two.match_line("disk 7 full", Phase::generate)->id, "late");
  EXPECT_EQ(two.match_line("disk 7 full", Phase::load)->id, "a");
  EXPECT_EQ(two.match_line("disk 7 full")->id, "a");
  EXPECT_THAT(check_signatures(two), IsEmpty());
  EXPECT_THAT(what_of(with(late, "'generate'", "'generate, lode'")), HasSubstr("x.toml:3: `phases` holds `lode`"));
}

TEST(Signatures, CheckFindsWhatIsUnsound) {
  const auto check = [](const std::string& toml) {
    return join(check_signatures(SignatureBook::parse(toml, "x.toml")), "\n");
  };
  EXPECT_EQ(check(std::string(kGood)), "");
  const auto explaining = [](const char* id) {
    return with(std::string(kGood), "stage", format("explains = '{}'\nstage", id));
  };
  EXPECT_THAT(check(explaining("nobody")), HasSubstr("a: it explains nobody, which no signature is called"));
  EXPECT_THAT(check(explaining("a")), HasSubstr("a: it and a explain each other"));
  EXPECT_THAT(check(explaining("b") + with(explaining("a"), "id = 'a'", "id = 'b'")),
              HasSubstr("a: it and b explain each other"));
  EXPECT_THAT(check(explaining("b") + with(std::string(kGood), "id = 'a'", "id = 'b'\nbenign = true")),
              HasSubstr("a: it explains b: what is benign has no cause"));
  EXPECT_THAT(check(with(std::string(kGood), "disk 7 full", "disk full")), HasSubstr("a: its example is not matched"));
  EXPECT_THAT(check(with(std::string(kGood), "Free space.", "Space is short.")), HasSubstr("begins with `Space`"));
  EXPECT_THAT(check(with(std::string(kGood), R"(disk \d+ full)", R"(disk (\d+)+ full)")),
              HasSubstr("nested quantifiers"));
  std::string shadowed = with(with(std::string(kGood), "id = 'a'", "id = 'b'"), R"(disk \d+ full)", R"(disk \d full)");
  EXPECT_THAT(check(std::string(kGood) + shadowed), HasSubstr("b: its example is claimed by a"));
}

TEST(Meaning, OfTheClassicFailuresIsNotSupported) {
  for (const char* text :
       {"Architecture 'NemotronHForCausalLM' not supported", "No module named 'modeling_nemotron_h'",
        "JACCL initialization failed for hybrid layers", "Unsupported model type: <class 'mlx_lm.models.qwen2.Model'>",
        "Requested Tensor sharding but this model does not support tensor parallelism: org/x",
        "ValueError: Model type frobnicate not supported.", "Model type x not supported",
        "Pipeline parallelism is not supported for Gemma 4; use tensor parallelism instead.",
        "Please pass the argument `trust_remote_code=True` to allow custom code to be run.",
        "first line\nArchitecture 'X' is not supported\nlast line"}) {
    EXPECT_TRUE(book().says(Meaning::not_supported, text)) << text;
    EXPECT_FALSE(book().says(Meaning::not_found, text)) << text;
  }
}

TEST(Meaning, OfMissingFilesIsNotFound) {
  for (const char* text : {"DownloadFailed: Model files not found locally in offline mode: org/x",
                           "FileNotFoundError: No safetensors found in /models/x", "Repository Not Found for url: x",
                           "FileNotFoundError: [Errno 2] No such file or directory: '/models/x/a.safetensors'"}) {
    EXPECT_TRUE(book().says(Meaning::not_found, text)) << text;
    EXPECT_FALSE(book().says(Meaning::not_supported, text)) << text;
  }
}

TEST(Meaning, OfMostTextsIsNone) {
  for (const char* text :
       {"", "Array split does not result in sub arrays with equal size", "Model type: llama, which is supported",
        "the option is not supported for this shell", "/models/Architecture 'notes'.txt"}) {
    EXPECT_FALSE(book().says(Meaning::not_supported, text)) << text;
    EXPECT_FALSE(book().says(Meaning::not_found, text)) << text;
  }
}

// A socket or a log that is missing tells nothing of the model.
TEST(Signatures, OfAFileOfTheModelClaimNoOtherFile) {
  EXPECT_FALSE(book().match_text("FileNotFoundError: [Errno 2] No such file or directory: '/tmp/ipc/sock'"));
  const auto match =
      book().match_text("FileNotFoundError: [Errno 2] No such file or directory: '/m/model.safetensors'");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->signature->id, "load-file-missing");
}

TEST(Signatures, OfCustomCodeClaimBothLinesOfIt) {
  const auto match = book().match_text(
      "ValueError: The repository /m/x contains custom code which must be executed to correctly load the model.\n"
      "Please pass the argument `trust_remote_code=True` to allow custom code to be run.");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->signature->id, "tokenizer-custom-code");
}

TEST(Meaning, IsReadWhicheverEntryClaimsTheLine) {
  const SignatureBook two =
      SignatureBook::parse(with(std::string(kGood), "needle = 'disk '", "needle = 'disk '\nbenign = true") +
                               with(with(std::string(kGood), "id = 'a'", "id = 'b'"), "needle = 'disk '",
                                    "needle = 'disk '\nmeans = 'disk_full'"),
                           "x.toml");

  EXPECT_EQ(two.match_line("disk 7 full")->id, "a");
  EXPECT_TRUE(two.says(Meaning::disk_full, "x\ndisk 7 full"));
  EXPECT_FALSE(two.says(Meaning::offline, "disk 7 full"));
  EXPECT_THAT(what_of(with(std::string(kGood), "needle = 'disk '", "needle = 'disk '\nmeans = 'disk_ful'")),
              HasSubstr("`means` is `disk_ful`"));
}

TEST(Meaning, OfTheHuggingFaceClientIsThatOfItsFirstEntry) {
  const auto meaning_of = [](std::string_view output) {
    const auto match = hf_book().match_text(output);
    return to_string(match ? match->signature->means : Meaning::none);
  };

  EXPECT_EQ(meaning_of("Error: Revision not found. Check that `v9` exists."), "no_revision");
  EXPECT_EQ(meaning_of("Error: Model 'org/x' not found. Check it.\nHint: x"), "no_access");
  EXPECT_EQ(meaning_of("403 Client Error\nMax retries exceeded with url: /x"), "offline");
  EXPECT_EQ(meaning_of("404 RevisionNotFoundError: RepositoryNotFound"), "no_revision");
  EXPECT_EQ(meaning_of("OSError: [Errno 28] x"), "disk_full");
  EXPECT_EQ(meaning_of("Fetching 9 files"), "none");
}

TEST(Signatures, TextOfARunnerGivesItsCauseAndNotTheWrapper) {
  const auto match = book().match_text(
      "Terminated (exitcode=1\nRunner error: ValueError: [jaccl] Changing queue pair to RTR "
      "failed with errno 22\nTraceback (most recent call last):\n)");
  ASSERT_TRUE(match);
  EXPECT_EQ(match->signature->id, "jaccl-rtr-errno-22");
  EXPECT_THAT(match->line, HasSubstr("Runner error"));
}

// Each line is searched in two ways: needles first, and every expression on its own.
const Signature* brute_force(std::string_view line) {
  for (const Signature& signature : book().all()) {
    if (signature.is_of(std::nullopt) && book().is_in(signature, line)) return &signature;
  }
  return nullptr;
}

class LineMaker {
 public:
  explicit LineMaker(unsigned seed) : random_(seed) {}
  std::string operator()() {
    std::string line;
    for (std::size_t parts = pick(4); parts-- > 0;) line += noise() + mutated(part());
    return line + noise();
  }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }
  std::string noise() {
    std::string text;
    for (std::size_t n = pick(40); n-- > 0;) text += static_cast<char>(pick(8) == 0 ? pick(256) : 'a' + pick(26));
    std::erase(text, '\n');
    return text;
  }
  std::string part() {
    const Signature& signature = book().all()[pick(book().all().size())];
    if (pick(3) != 0) return std::string(lines(signature.example).front());
    return signature.needles[pick(signature.needles.size())];
  }
  std::string mutated(std::string text) {
    if (pick(3) == 0 && !text.empty()) text[pick(text.size())] = static_cast<char>('0' + pick(10));
    if (pick(4) == 0) text = text.substr(pick(text.size() + 1));
    return text;
  }
  std::mt19937 random_;
};

TEST(Signatures, NeedlesFindWhatBruteForceFinds) {
  LineMaker make_line(7);
  int hits = 0;
  for (int i = 0; i < 500; ++i) {
    const std::string line = make_line();
    const Signature* expected = brute_force(line);
    ASSERT_EQ(book().match_line(line), expected) << printable(line);
    hits += expected != nullptr;
  }
  EXPECT_GT(hits, 200);
}

}  // namespace
}  // namespace exo_harness::diagnose
