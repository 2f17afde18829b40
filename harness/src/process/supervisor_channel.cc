#include "supervisor_channel.h"

#include <array>
#include <csignal>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace exo_harness::process {
namespace {

CleanUp parse_done(std::istream& words) {
  CleanUp result;
  long took = 0;
  words >> result.targets >> result.terminated >> result.killed >> took;
  std::getline(words >> std::ws, result.reason);
  result.took = milliseconds(took);
  result.escalated = result.killed > 0;
  return result;
}

}  // namespace

SupervisorChannel::SupervisorChannel(UniqueFd fd, milliseconds beat_every)
    : channel_(std::move(fd)), beat_every_(beat_every) {
  std::tie(wake_read_, wake_write_) = connected_ends();
  thread_ = std::thread([this] { loop(); });
}

SupervisorChannel::~SupervisorChannel() {
  wake_write_.reset();
  thread_.join();
}

SupervisorNews SupervisorChannel::news() const {
  const std::lock_guard lock(mutex_);
  return news_;
}

void SupervisorChannel::loop() {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  auto next_beat = Clock::now() + beat_every_;
  while (!news().closed) {
    std::array<pollfd, 2> wanted{pollfd{channel_.fd(), POLLIN, 0}, pollfd{wake_read_.get(), POLLIN, 0}};
    ::poll(wanted.data(), wanted.size(), static_cast<int>(Deadline(next_beat).remaining().count()) + 1);
    if (wanted[1].revents != 0) return;
    if (Clock::now() >= next_beat) {
      channel_.send("BEAT");
      next_beat = Clock::now() + beat_every_;
    }
    for (const std::string& line : channel_.receive()) understand(line);
    if (channel_.closed()) {
      const std::lock_guard lock(mutex_);
      news_.closed = true;
    }
    changed_.notify_all();
  }
}

void SupervisorChannel::understand(const std::string& line) {
  std::istringstream words(line);
  std::string what;
  words >> what;
  const std::lock_guard lock(mutex_);
  if (what == "READY") news_.ready = true;
  if (what == "KEPT") news_.kept = true;
  if (what == "BUSY") news_.busy = line.substr(5);
  if (what == "FAILED") words >> news_.failed.emplace();
  if (what == "SPAWNED") words >> news_.script;
  if (what == "LIVE") words >> news_.live;
  if (what == "SURVIVOR") news_.clean_up.survivors.push_back(line.substr(9));
  if (what == "EXIT") {
    news_.script_running = false;
    words >> news_.exit_code >> news_.signal;
  }
  if (what == "DONE") {
    auto survivors = std::move(news_.clean_up.survivors);
    news_.clean_up = parse_done(words);
    news_.clean_up.survivors = std::move(survivors);
    news_.done = true;
  }
}

}  // namespace exo_harness::process
