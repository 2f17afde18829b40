#include "exo_harness/core/digest.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"

namespace exo_harness {
namespace {

std::string digest_of(DigestKind kind, std::string_view text) {
  Digest digest(kind);
  digest.add(text);
  return digest.hex();
}

// The examples of FIPS 180-4.
TEST(ADigest, IsThatOfTheStandard) {
  EXPECT_EQ(digest_of(DigestKind::sha256, "abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest_of(DigestKind::sha256, ""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest_of(DigestKind::sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

TEST(ADigest, OfAFileIsThatOfItsBytesWhateverThePieces) {
  const TemporaryFolder folder;
  const std::string text(2'500'001, 'x');
  write_file(folder.path() / "file", text);
  Digest digest(DigestKind::sha256);
  std::vector<std::uint64_t> steps;

  digest.add_file(folder.path() / "file", [&](std::uint64_t done) { steps.push_back(done); });

  EXPECT_EQ(digest.hex(), digest_of(DigestKind::sha256, text));
  EXPECT_GE(steps.size(), 3u);
  EXPECT_EQ(steps.back(), text.size());
}

TEST(ADigest, NamesTheFileThatCannotBeRead) {
  try {
    Digest(DigestKind::sha256).add_file("/nowhere/file");
    FAIL() << "no refusal";
  } catch (const HarnessError& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/file"), std::string::npos);
  }
}

// The vectors of RFC 4648, section 10.
TEST(Base64, IsPaddedAndWithoutLineEnds) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64(std::string_view("\0\xff", 2)), "AP8=");
  EXPECT_EQ(to_base64(std::string(100, 'x')).size(), 136u);
}

}  // namespace
}  // namespace exo_harness
