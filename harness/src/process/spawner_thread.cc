#include "spawner_thread.h"

#include <condition_variable>
#include <csignal>
#include <future>
#include <mutex>
#include <thread>

#include <unistd.h>

namespace exo_harness::process {
namespace {

class Spawner {
 public:
  Spawner() : owner_(::getpid()) {
    std::thread([this] { loop(); }).detach();
  }

  // A fork has this object, but not the thread.
  bool is_ours() const { return owner_ == ::getpid(); }

  void run(const std::function<void()>& work) {
    std::packaged_task<void()> task(work);
    auto done = task.get_future();
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return task_ == nullptr; });
      task_ = &task;
    }
    changed_.notify_all();
    done.wait();
    {
      const std::lock_guard lock(mutex_);
      task_ = nullptr;
      taken_ = false;
    }
    changed_.notify_all();
    done.get();
  }

 private:
  void loop() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
    while (true) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return task_ != nullptr && !taken_; });
      taken_ = true;
      std::packaged_task<void()>* task = task_;
      lock.unlock();
      (*task)();
    }
  }

  const pid_t owner_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::packaged_task<void()>* task_ = nullptr;
  bool taken_ = false;
};

std::mutex g_spawner_mutex;

// Never destroyed: its thread never ends.
Spawner& spawner() {
  const std::lock_guard lock(g_spawner_mutex);
  static Spawner* the_one = nullptr;
  if (the_one == nullptr || !the_one->is_ours()) the_one = new Spawner;
  return *the_one;
}

}  // namespace

void on_spawner_thread(const std::function<void()>& work) {
  spawner().run(work);
}

}  // namespace exo_harness::process
