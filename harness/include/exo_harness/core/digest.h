#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's, so that its headers stay in one source file.

namespace exo_harness {

/// Base64 of RFC 4648 with padding and without line ends, of libcrypto. `bytes`: at most 1.5 GB.
std::string to_base64(std::string_view bytes);

enum class DigestKind { sha1, sha256 };

/// A hash of bytes that come piece by piece. Sources: FIPS 180-4; OpenSSL's libcrypto computes it.
class Digest {
 public:
  /// Fails: HarnessError when libcrypto refuses the kind.
  explicit Digest(DigestKind kind);

  void add(std::string_view bytes);
  /// The whole content of a file, in pieces of a mebibyte: memory stays the same for any size. `each` gets how many
  /// bytes of it are done, after each piece. Fails: HarnessError that names the file.
  void add_file(const std::filesystem::path& file, const std::function<void(std::uint64_t)>& each = {});
  /// The digest's bytes; ends it: nothing may be added later.
  std::string bytes();
  /// The same in lower-case hexadecimal digits.
  std::string hex();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace exo_harness
