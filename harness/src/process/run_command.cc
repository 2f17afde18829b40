// Runs a command to its end while its streams are read; the one runner of what ends by itself (child.h).
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/process/child.h"

#include "launch.h"

namespace exo_harness::process {
namespace {

constexpr int kPauseMs = 5;
constexpr int kMostReadsAfterEnd = 32;  // Whoever left the group may go on writing.

void never_block_nor_leak(int fd) {
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
}

}  // namespace

// One stream of a command: a pipe, and the last bytes that came through it.
class CapturedStream {
 public:
  explicit CapturedStream(std::size_t keep) : keep_(keep) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0)
      throw HarnessError("no pipe for a command: " + std::string(std::strerror(errno)), "raise `ulimit -n`");
    read_ = UniqueFd(ends[0]), write_ = UniqueFd(ends[1]);
    never_block_nor_leak(ends[0]);
    ::fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  }

  int write_end() const { return write_.get(); }
  void close_write_end() { write_.reset(); }
  pollfd wanted() const { return {read_.get(), POLLIN, 0}; }
  std::uint64_t bytes() const { return bytes_; }

  // Takes at most one buffer of what is there. False: nothing is there, or nothing comes any more.
  bool take() {
    std::array<char, 65536> buffer;
    const ssize_t count = read_ ? ::read(read_.get(), buffer.data(), buffer.size()) : 0;
    if (count < 0) return errno == EINTR;
    if (count == 0) read_.reset();
    bytes_ += static_cast<std::uint64_t>(count);
    text_.append(buffer.data(), static_cast<std::size_t>(count));
    if (text_.size() > 2 * keep_) cut();
    return count > 0;
  }

  std::string text() {
    for (int reads = 0; reads < kMostReadsAfterEnd && take(); ++reads) {
    }
    cut();
    return std::move(text_);
  }

 private:
  void cut() {
    if (text_.size() > keep_) text_.erase(0, text_.size() - keep_);
  }

  std::size_t keep_;
  UniqueFd read_, write_;
  std::string text_;
  std::uint64_t bytes_ = 0;
};

/// A command whose streams are read as they come.
class CapturedRun {
 public:
  CapturedRun(const CommandOptions& options, const Capture& capture)
      : output_(capture.keep), limit_(options.output_limit), grace_(capture.grace) {
    if (capture.separate_errors) errors_.emplace(capture.keep);
    child_.emplace(Child::start_into(options, output_.write_end(), errors_ ? errors_->write_end() : -1));
    output_.close_write_end();
    if (errors_) errors_->close_write_end();
  }

  CommandResult run(Deadline deadline) {
    auto status = follow(deadline);
    if (!status) {
      status = end();
      status->timed_out = true;
    }
    status->flooded = is_flooded_;
    return {*status, output_.text(), errors_ ? errors_->text() : ""};
  }

 private:
  // How it ended; empty when it still runs at the deadline.
  std::optional<ExitStatus> follow(Deadline deadline) {
    while (true) {
      take();
      if (const auto status = child_->poll()) return status;
      if (deadline.expired()) return std::nullopt;
    }
  }

  void take() {
    std::array<pollfd, 2> streams{output_.wanted(), errors_ ? errors_->wanted() : pollfd{-1, 0, 0}};
    if (::poll(streams.data(), streams.size(), kPauseMs) <= 0) return;
    if (streams[0].revents != 0) output_.take();
    if (streams[1].revents != 0) errors_->take();
    if (!is_flooded_ && output_.bytes() + (errors_ ? errors_->bytes() : 0) > limit_) {
      is_flooded_ = true;
      child_->signal_group(SIGKILL);
    }
  }

  ExitStatus end() {
    if (grace_.count() > 0) {
      child_->signal_group(SIGTERM);
      if (const auto status = follow(Deadline::after(grace_))) return *status;
    }
    return child_->end(std::chrono::milliseconds(0));
  }

  CapturedStream output_;
  std::optional<CapturedStream> errors_;
  std::optional<Child> child_;
  std::uint64_t limit_;
  std::chrono::milliseconds grace_;
  bool is_flooded_ = false;
};

namespace {

CommandResult run_into_file(const CommandOptions& options, Deadline deadline, const Capture& capture) {
  Child child = Child::start(options);
  auto status = child.wait(deadline);
  if (!status) {
    status = child.end(capture.grace);
    status->timed_out = true;
  }
  return {*status, child.output(capture.keep), ""};
}

}  // namespace

CommandResult run_command(const CommandOptions& options, Deadline deadline, const Capture& capture) {
  if (!options.output.empty()) return run_into_file(options, deadline, capture);
  return CapturedRun(options, capture).run(deadline);
}

std::optional<CommandResult> ask_program(const std::vector<std::string>& command, std::chrono::milliseconds limit) {
  CommandOptions options;
  options.command = command;
  try {
    return run_command(options, Deadline::after(limit), {true, 4u << 20, std::chrono::milliseconds(0)});
  } catch (const CannotStart&) {
    return std::nullopt;
  }
}

}  // namespace exo_harness::process
