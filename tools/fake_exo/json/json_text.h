#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::fake {

// Reads JSON text as `text_of` writes it (no blanks), without making a document of it: of what everybody hears of
// everybody, documents take most of a crowd's processor time.

/// The value of the first member of that name, at any depth, as it stands there; empty when there is none.
std::string_view member(std::string_view json, std::string_view name);

/// A string value without its quotes; escapes are resolved.
std::string unquoted(std::string_view value);

/// A string value with quotes.
std::string json_string(std::string_view text);

/// The objects of an array of objects.
std::vector<std::string_view> objects(std::string_view array);

/// As to_camel; nothing in `json` may be what that leaves alone.
std::string camel_text(std::string_view json);

}  // namespace exo_harness::fake
