#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace exo_harness::exo {

/// A frame of a stream as nearly all are: one choice with a piece of text, nothing else that says something.
struct PlainFrame {
  std::string id, model, role, content, reasoning;
  std::optional<std::int64_t> created;
};

/// Reads a frame without making a document of it: half of the time of a load went into documents. `frame` gets its
/// parts, in the memory that it has. Result: false when it has a part that only the whole reader knows (an error, a
/// finish reason, usage, logprobs, tool calls, a key that is not known, a value of another type), or is no JSON;
/// `frame` then holds nothing that counts.
bool read_plain_frame(std::string_view json, PlainFrame& frame);

}  // namespace exo_harness::exo
