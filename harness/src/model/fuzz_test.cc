#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/model/checkpoint/architecture.h"
#include "exo_harness/model/checkpoint/config.h"
#include "exo_harness/model/checkpoint/folder.h"
#include "exo_harness/model/checkpoint/safetensors.h"
#include "exo_harness/model/predict/prediction.h"

#include "model/checkpoint/python_json.h"

namespace exo_harness::model {
namespace {

constexpr const char* kBits[] = {"{",
                                 "}",
                                 "[",
                                 "]",
                                 "\"",
                                 ",",
                                 ":",
                                 "-1",
                                 "0",
                                 "18446744073709551615",
                                 "1e999",
                                 "null",
                                 "true",
                                 "\"a\"",
                                 "\"dtype\"",
                                 "\"shape\"",
                                 "\"data_offsets\"",
                                 "[0,16]",
                                 "\"BF16\"",
                                 "\xff",
                                 "\\u0000",
                                 "[[[[[[[[",
                                 "{\"a\":",
                                 "99999999999999999999",
                                 "../",
                                 "4294967296",
                                 "NaN",
                                 "-Infinity",
                                 "[0.0, Infinity]",
                                 "\\ud83d"};

/// One small change: a byte, a piece taken away, doubled or moved, or a word of the formats put in.
std::string mutated(std::string text, std::mt19937_64& random) {
  const auto at = [&] { return text.empty() ? 0 : random() % text.size(); };
  for (std::uint64_t changes = 1 + random() % 4; changes > 0; --changes) {
    const std::size_t where = at();
    switch (random() % 5) {
      case 0:
        if (!text.empty()) text[where] = static_cast<char>(random());
        break;
      case 1:
        text.erase(where, random() % 16);
        break;
      case 2:
        text.insert(where, kBits[random() % std::size(kBits)]);
        break;
      case 3:
        text.insert(at(), text.substr(where, random() % 64));
        break;
      default:
        text.resize(where);
        break;
    }
  }
  return text;
}

/// What the strict reader takes, Python's reader takes alike, but for a byte order mark, a NUL behind the value (for
/// the strict reader the end of the text, for Python extra data), and with a bound on depth.
void compare_readers(const std::string& text) {
  const nlohmann::json strict = nlohmann::json::parse(text, nullptr, false);
  if (strict.is_discarded() || text.starts_with("\xef\xbb\xbf")) return;
  if (text.find('\0') != std::string::npos) return;
  try {
    EXPECT_EQ(parse_python_json(text, "fuzz", 64).value, strict) << text;
  } catch (const HarnessError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("nested deeper than 64")) << text;
  }
}

/// Whatever the bytes are: a value, or a HarnessError. Everything that a reader gave is then looked at.
void read_all(const std::string& text, std::uint64_t data_bytes) {
  compare_readers(text);
  ModelFolder folder;
  folder.shards.resize(1);
  try {
    folder.shards[0].header = parse_safetensors_header(text, data_bytes, "fuzz");
  } catch (const HarnessError&) {
  }
  try {
    folder.config = parse_config(text, "fuzz");
  } catch (const HarnessError&) {
  }
  try {
    folder.index = parse_index(text, "fuzz");
  } catch (const HarnessError&) {
  }
  if (folder.config.layers > 2000) return;
  analyse(folder);
  predict_all(folder, card_of(folder, "org/x", exo::Generation::v1_0_71), exo::Generation::v1_0_71, {}, 3);
}

std::vector<std::string> corpus() {
  std::vector<std::string> texts;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(EXO_FIXTURES_DIR) / "models/corpus")) {
    texts.push_back(read_file(entry.path()));
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

void fuzz_until(Deadline deadline, std::uint64_t most_rounds) {
  const std::vector<std::string> seeds = corpus();
  ASSERT_FALSE(seeds.empty());
  std::mt19937_64 random(7);
  std::uint64_t rounds = 0;
  for (; rounds < most_rounds && !deadline.expired(); ++rounds) {
    read_all(mutated(seeds[random() % seeds.size()], random), random() % 3 == 0 ? random() : 24);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  testing::Test::RecordProperty("rounds", std::to_string(rounds));
  std::printf("%llu mutants of %zu seeds; largest resident size so far, as getrusage counts: %ld\n",
              static_cast<unsigned long long>(rounds), seeds.size(), usage.ru_maxrss);
}

TEST(TheReaders, SurviveTheCorpus) {
  for (const std::string& text : corpus()) read_all(text, 24);
}

TEST(TheReaders, SurviveAThousandMutants) {
  fuzz_until(Deadline::after(std::chrono::minutes(1)), 1000);
}

/// Five minutes, for the asan preset; EXO_FUZZ_SECONDS changes that.
TEST(ModelReadersSoak, DISABLED_SurviveFiveMinutesOfMutants) {
  const char* seconds = std::getenv("EXO_FUZZ_SECONDS");
  fuzz_until(Deadline::after(std::chrono::seconds(seconds == nullptr ? 300 : std::atoi(seconds))), ~std::uint64_t{0});
}

}  // namespace
}  // namespace exo_harness::model
