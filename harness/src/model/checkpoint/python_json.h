#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace exo_harness::model {

/// What to do about a file that cannot be read.
inline constexpr const char* kFetchAgain = "the file is damaged or of another model: fetch it again";

/// How deep the JSON of a model may be nested.
inline constexpr int kDeepestJson = 64;

/// JSON as Python's `json.loads` reads it, which is what Exo, mlx-lm and transformers read a model's files with.
struct PythonJson {
  nlohmann::json value;
  /// Keys that stand twice in one object, as a path (`rope_scaling.factor`); the last value is taken. At most 20.
  std::vector<std::string> twice;
  /// Where a number is no finite one, as `PATH is NaN`, at most 20: `NaN`, `Infinity` and `-Infinity` are words of
  /// Python's dialect; a number too large for a double becomes infinite.
  std::vector<std::string> not_finite;
};

/// Reads `text`. `name` stands in messages. Integers beyond 64 bits become doubles, half a surrogate pair U+FFFD.
/// Fails: HarnessError `NAME: not JSON: line L, column C: expected …, found …` for all that Python refuses (a byte
/// order mark, `-NaN`, control characters in strings, text behind the value), what is nested deeper than `deepest`, and
/// with words of its own for a pointer of Git LFS. Memory: that of the value. Threads: any.
/// Source: CPython 3.13, Lib/json/decoder.py and scanner.py.
PythonJson parse_python_json(std::string_view text, std::string_view name, int deepest);

}  // namespace exo_harness::model
