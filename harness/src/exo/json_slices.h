#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "json_reader.h"

namespace exo_harness::exo {

// The parts of a big JSON text, each as a piece of that text: nothing is built of what nobody asks for, so that the
// memory of a reader is that of the largest part it asks for, not of the text.

/// Limits of every text of a node: what is beyond them is refused, with the place.
inline constexpr int kMostLevels = 200;
inline constexpr std::size_t kLongestString = 8u << 20;
inline constexpr std::size_t kMostParts = 1u << 16;
/// Of a text or part that is made a document: a value takes about a hundred bytes.
inline constexpr std::size_t kMostValues = 1u << 18;

/// Brackets and strings of a whole text are sound, and within the limits. Throws ShapeError with what is wrong.
/// Result: how many values it holds, at most.
std::size_t check_text(std::string_view text);

/// The members of an object, in order of their names; of two of one name the last counts, as everywhere in JSON.
/// Throws ShapeError at `pointer` for another value, and for more members than the limit.
std::map<std::string, std::string_view> members_of(std::string_view object, const std::string& pointer);

/// Calls `take(index, item)` for each item of an array. Throws ShapeError at `pointer` for another value.
void each_item(std::string_view array, const std::string& pointer,
               const std::function<void(std::size_t, std::string_view)>& take);

/// The document of one part. Throws ShapeError when it is no JSON, or has more values than the limit.
Json parse_part(std::string_view text, const std::string& pointer);

/// Throws ShapeError when `text` is no JSON. Builds nothing.
void check_part(std::string_view text, const std::string& pointer);

/// A key as a step of a JSON pointer.
std::string pointer_step(std::string_view key);

/// Whether `key` is `camel`, or the same in snake_case.
bool same_key(std::string_view camel, std::string_view key);

}  // namespace exo_harness::exo
