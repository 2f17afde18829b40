#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exo_harness/core/file.h"

namespace exo_harness::process {

/// One end of the lease between harness and supervisor: lines over a local socket. The end of the stream is the sign
/// that the other side is gone. Never blocks, never raises SIGPIPE. Threads: `send` any, the rest one.
class LineChannel {
 public:
  explicit LineChannel(UniqueFd fd) : fd_(std::move(fd)) {}

  int fd() const { return fd_.get(); }
  /// Result: whether the other side can still get it. A line that finds the buffer full is dropped.
  bool send(std::string_view line);
  /// The whole lines that have come so far.
  std::vector<std::string> receive();
  /// Whether the other side has closed; known after a `receive`.
  bool closed() const { return closed_; }

 private:
  UniqueFd fd_;
  std::string partial_;
  bool closed_ = false;
};

/// Two ends that are connected, both close-on-exec. Fails: HarnessError.
std::pair<UniqueFd, UniqueFd> connected_ends();

}  // namespace exo_harness::process
