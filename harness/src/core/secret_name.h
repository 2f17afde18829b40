#pragma once

#include <string_view>

namespace exo_harness {

/// What the name of a variable, a key, a header or an option says of its value.
enum class NameKind {
  innocent,
  token,     ///< One word; a number or a piece of a model's text is none.
  password,  ///< Anything.
  header,    ///< `Authorization`, `Cookie`: the rest of the line.
  auth,      ///< `auth`, `pass`: mostly harmless; see what the value looks like.
  folder,    ///< `pwd`: mostly a folder.
  key,       ///< A bare `key`: mostly that of a cache or a table; `session_id`.
};

/// Words are told apart by `_`, `-` and a change of case. Threads: any.
NameKind kind_of_name(std::string_view name);

}  // namespace exo_harness
