#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "exo_harness/core/outcome.h"

namespace exo_harness::exo {

using Json = nlohmann::json;

/// How much of what a node said a failure quotes.
inline constexpr std::size_t kEvidenceBytes = 2048;

/// How many of the things that are not known are named.
inline constexpr std::size_t kMostUnknown = 100;

/// Thrown inside this layer where a value is not of the shape that the contract says; `read_json` makes a Failure of
/// it.
struct ShapeError {
  std::string pointer;
  std::string what;
  std::string seen;
};

/// A value inside a JSON document, with the way to it. Keys are asked for in camelCase and found in snake_case, too:
/// Exo mixes both (contract 2). Every reading function throws ShapeError when the value is of another type.
class Node {
 public:
  Node(const Json& json, std::string pointer) : json_(&json), pointer_(std::move(pointer)) {}

  const Json& json() const { return *json_; }
  const std::string& pointer() const { return pointer_; }

  /// The member; nothing when it is absent or null.
  std::optional<Node> find(std::string_view key) const;
  Node at(std::string_view key) const;
  std::vector<std::pair<std::string, Node>> entries() const;
  std::vector<Node> items() const;

  std::string text() const;
  bool flag() const;
  double real() const;
  std::int64_t integer(std::int64_t low, std::int64_t high) const;
  int number() const { return static_cast<int>(integer(0, std::numeric_limits<int>::max())); }
  std::uint64_t size() const;
  /// `{"inBytes": n}` or a bare number.
  std::uint64_t bytes() const;
  std::vector<std::string> texts() const;

  std::string text_or_empty(std::string_view key) const;
  bool flag_or(std::string_view key, bool fallback) const;
  int number_or_zero(std::string_view key) const;
  std::uint64_t bytes_or_zero(std::string_view key) const;
  std::vector<std::string> texts_or_empty(std::string_view key) const;

  [[noreturn]] void fail(std::string_view expected) const;

 private:
  const Json* json_;
  std::string pointer_;
};

/// An object of exactly one key: Exo's way to say the type of a value.
struct Tagged {
  std::string tag;
  Node value;
};
Tagged tagged(const Node& node);

/// The value inside `{"ClassName": {…}}`, or the node itself when it is not wrapped (contract 7).
Node unwrapped(const Node& node);

/// JSON pointers of what this version does not know.
using Unknown = std::vector<std::string>;

/// Notes each member of `object` that is not among `known` (camelCase; snake_case counts as the same).
void note_unknown(const Node& object, std::initializer_list<std::string_view> known, Unknown& unknown);

/// Parses at most 200 levels and 262,144 values. Fails: `malformed` with the place and what is there.
Outcome<Json> parse_json(std::string_view text, std::string_view subject);

Failure shape_failure(const ShapeError& error, std::string_view subject);

/// Parses `text` and gives its root to `read`. Fails: `malformed`, with a JSON pointer where the shape is wrong.
template <class Read>
auto read_json(std::string_view text, std::string_view subject, Read read)
    -> Outcome<decltype(read(std::declval<Node>()))> {
  const Outcome<Json> json = parse_json(text, subject);
  if (!json) return json.failure();
  try {
    return read(Node(*json, ""));
  } catch (const ShapeError& error) {
    return shape_failure(error, subject);
  }
}

}  // namespace exo_harness::exo
