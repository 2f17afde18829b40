#include "exo_harness/core/digest.h"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

namespace exo_harness {
namespace {

constexpr std::size_t kPiece = 1u << 20;

[[noreturn]] void fail_to_read(const std::filesystem::path& file) {
  throw HarnessError(format("cannot read {}: {}", file.string(), std::strerror(errno)),
                     "check that the file exists and may be read, and the disk");
}

void must(int result) {
  if (result == 1) return;
  throw HarnessError("libcrypto refused to compute a hash", "OPENSSL_CONF may forbid it: unset it");
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock writes a zero behind it.
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

void Digest::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Digest::Digest(DigestKind kind) : context_(EVP_MD_CTX_new()) {
  must(EVP_DigestInit_ex(context_.get(), kind == DigestKind::sha1 ? EVP_sha1() : EVP_sha256(), nullptr));
}

void Digest::add(std::string_view bytes) {
  must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
}

void Digest::add_file(const std::filesystem::path& file, const std::function<void(std::uint64_t)>& each) {
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) fail_to_read(file);
  std::vector<char> piece(kPiece);
  std::uint64_t done = 0;
  while (true) {
    const ssize_t got = ::read(fd.get(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_to_read(file);
    if (got == 0) return;
    add({piece.data(), static_cast<std::size_t>(got)});
    done += static_cast<std::uint64_t>(got);
    if (each) each(done);
  }
}

std::string Digest::bytes() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  must(EVP_DigestFinal_ex(context_.get(), digest, &size));
  return {reinterpret_cast<const char*>(digest), size};
}

std::string Digest::hex() {
  std::string text;
  for (const char byte : bytes()) text += format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

}  // namespace exo_harness
