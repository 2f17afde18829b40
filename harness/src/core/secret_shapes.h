#pragma once

#include <span>
#include <string_view>

namespace exo_harness {

/// Which characters follow the beginning of a secret.
enum class Alphabet { alnum, word, upper_digit, base64, url_token, dotted, path };

/// A kind of secret that is known by how it begins. The table is the one home of these; a new row is all it takes.
struct SecretShape {
  std::string_view name;
  std::string_view prefix;
  Alphabet alphabet;
  std::size_t least, most;   ///< Characters behind the prefix; `most` 0: no limit.
  bool keeps_prefix;         ///< It says what stands there, and is no part of the secret.
  std::string_view example;  ///< Made up. Cut in two by the build of this table, so that no scanner takes it for real.
  std::string_view source;
};

/// All rows; of those with the same beginning the longer one first.
std::span<const SecretShape> secret_shapes();

bool is_of(Alphabet alphabet, char c);

}  // namespace exo_harness
