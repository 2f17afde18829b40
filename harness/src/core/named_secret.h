#pragma once

#include <optional>
#include <string_view>

#include "span.h"

namespace exo_harness {

/// The value of a name in which the word `[at, at + length)` stands (`token`, `passw…`, `key`, …), if name and value
/// together say that it is a secret: `NAME=v`, `"name": "v"`, `Name: v`, `\"name\":\"v\"`, `--name v`, and `password v`
/// of a .netrc. `next` is where to go on looking.
struct NamedSecret {
  std::optional<Span> value;
  std::size_t next = 0;
};
NamedSecret find_named_secret(std::string_view text, std::size_t at, std::size_t length);

}  // namespace exo_harness
