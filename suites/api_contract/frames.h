#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exo_harness::suites {

/// One frame of a streamed answer: what it is, and its JSON.
struct Frame {
  std::string kind;  ///< `: keep-alive`, `: prefill_progress`, `event message_start`, `data`, `data [DONE]`, `line`.
  std::string json;  ///< `{}` when it has none.
};

/// The frames of server-sent events or of JSON lines, in order. What is no frame has the kind `junk`.
std::vector<Frame> frames_of(std::string_view body);

/// The frames as one JSON list `[{"KIND":JSON},…]`, for a comparison of shapes.
std::string as_json(const std::vector<Frame>& frames);

/// The kinds in order, each run of the same kind once; keep-alives after the first are left out, as their number is a
/// matter of time.
std::vector<std::string> order_of(const std::vector<Frame>& frames);

}  // namespace exo_harness::suites
