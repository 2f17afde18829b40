#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/file.h"

namespace exo_harness::process {

/// One end of the channel between harness and supervisor: lines over a local socket. The end of the stream is the sign
/// that the other side is gone. Never blocks, never raises SIGPIPE. Threads: `send` any, the rest one.
class LineChannel {
 public:
  explicit LineChannel(UniqueFd fd) : fd_(std::move(fd)) {}

  int fd() const { return fd_.get(); }
  /// What the socket does not take now goes with the next `send`, `receive` or `flush`, in order; once that is 1 MiB,
  /// further lines are dropped whole. Result: whether the other side can still get it.
  bool send(std::string_view line);
  /// Waits until the socket has taken everything. Result: whether it has; not when the other side is gone.
  bool flush(Deadline deadline);
  /// The whole lines that have come so far.
  std::vector<std::string> receive();
  /// Whether the other side has closed; known after a `receive`.
  bool closed() const { return closed_; }

 private:
  bool push();

  UniqueFd fd_;
  std::mutex mutex_;
  std::string unsent_;  ///< Guarded by mutex_.
  std::string partial_;
  bool closed_ = false;
};

/// Two ends that are connected, both close-on-exec, with room for what a large clean-up tells. Fails: HarnessError.
std::pair<UniqueFd, UniqueFd> connected_ends();

}  // namespace exo_harness::process
