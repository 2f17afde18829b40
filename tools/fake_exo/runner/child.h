#pragma once

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <sys/types.h>

namespace exo_harness::fake {

/// The process of a runner: it only exists, so that it can be seen, killed and counted. It ends when this node ends.
class Child : public std::enable_shared_from_this<Child> {
 public:
  explicit Child(boost::asio::io_context& io) : alive_(io), control_(io) {}
  ~Child();

  /// Starts `program spawn_main --multiprocessing-fork NAME`; `ended` gets the status of waitpid. Fails: HarnessError.
  void start(const std::string& program, const std::string& name, std::function<void(int)> ended);
  /// Asks it to end with exit code 0; SIGKILL when `hard`.
  void stop(bool hard);
  pid_t pid() const { return pid_; }

 private:
  void reap();

  boost::asio::posix::stream_descriptor alive_, control_;
  std::function<void(int)> ended_;
  pid_t pid_ = -1;
  char byte_ = 0;
};

/// What the process of a runner does: waits until its standard input ends. Returns the exit code.
int run_runner_process();

/// `exitcode=1`, `signal=9 (Killed)`.
std::string describe_status(int status);

}  // namespace exo_harness::fake
