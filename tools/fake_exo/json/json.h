#pragma once

#include <string>

#include <nlohmann/json.hpp>

namespace exo_harness::fake {

/// Keeps the order of keys: the fake's answers have Exo's order.
using Json = nlohmann::ordered_json;

/// `value` with the keys of all objects in camelCase, but below `sinkMultiaddr` and `taskParams`, which Exo leaves in
/// snake_case (contract 2). Tags (`RunnerReady`) and ids hold no underscore and stay.
Json to_camel(const Json& value);

/// The opposite of to_camel, for events and `/instance/await`.
Json to_snake(const Json& value);

/// `value` without object members that are null (main leaves them out of chat answers).
Json without_nulls(const Json& value);

/// As Python's json.dumps(separators=(",",":"), ensure_ascii=False); invalid UTF-8 becomes U+FFFD.
std::string text_of(const Json& value);

/// The only key of a tagged union, or "".
std::string tag_of(const Json& value);
/// The fields of a tagged union.
const Json& body_of(const Json& value);

}  // namespace exo_harness::fake
