#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "context.h"
#include "runner/child.h"
#include "runner/mishap.h"
#include "runner/ranks.h"
#include "runner/runner_log.h"

namespace exo_harness::fake {

class Decoder;

/// The runner of one rank on this node: Exo's states with Exo's times (contract 5.2). One thread.
class Runner : public std::enable_shared_from_this<Runner> {
 public:
  Runner(Context& context, Json instance, std::string runner_id, std::function<void()> changed);
  ~Runner();

  void start();
  void connect(const std::string& task);
  void load(const std::string& task);
  void warm_up(const std::string& task);
  void generate(const std::string& task_id, const Json& task);
  void shut_down();
  /// The request is over: cancelled, deleted, or done by rank 0.
  void end_task(const std::string& task_id);
  /// The state moved: a phase that waits for the other ranks may go on.
  void state_changed();

  const std::string& id() const { return id_; }
  std::string instance_id() const { return InstanceView{instance_}.id(); }
  const Json& instance() const { return instance_; }
  int rank() const { return rank_; }
  /// Of its process; -1: none.
  int pid() const { return child_ ? child_->pid() : -1; }
  std::size_t world() const { return world_; }
  /// Tag of the status as this node knows it, e.g. `RunnerIdle`.
  std::string status() const { return tag_of(status_); }
  bool is_closing() const { return closing_; }
  bool is_closed() const { return closed_; }
  bool is_busy() const { return busy_; }
  bool has_seen(const std::string& task_id) const { return seen_.contains(task_id); }
  /// Whether it takes part in a step of that request (a dead or hanging one does not).
  bool takes_part(const std::string& task_id) const;
  Decoder* generation(const std::string& task_id);

  // For Decoder.
  Context& context() { return context_; }
  RunnerLog& log() { return log_; }
  const Model& model() const { return *model_; }
  /// `single`, `pipeline`, `tensor`, `pipeline-jaccl`, `tensor-jaccl`.
  std::string mode() const;
  /// Prompts that are in the prefix cache.
  std::vector<std::vector<std::int64_t>>& cache() { return cache_; }
  void generation_done(const std::string& task_id);
  void fail(const std::string& type, const std::string& text);

 private:
  void when_up(std::function<void()> next);
  void after(double seconds, std::function<void()> next, int least_ms = 0);
  void wait_for(std::function<bool()> ready, std::function<void()> next);
  /// Calls `next` if nothing befalls it in that phase.
  void enter(const std::string& phase, std::function<void()> next);
  void suffer(const Mishap& mishap);
  void break_down();
  Ranks ranks() const { return {context_.state, instance_}; }
  void set_status(Json status);
  void child_ended(int status);
  void fail_with(const std::string& message, const std::string& chunk_text);
  void load_layers(int done, int total, const std::string& task);
  void first_collective(const std::string& task);
  void close();

  Context& context_;
  Json instance_;
  std::string id_;
  std::function<void()> changed_;
  RunnerLog log_;
  const Model* model_ = nullptr;
  int rank_ = 0;
  std::size_t world_ = 1;
  bool tensor_ = false;
  Json status_ = {{"RunnerIdle", Json::object()}};
  bool up_ = false, dead_ = false, hung_ = false, busy_ = false, closing_ = false, closed_ = false;
  std::deque<std::function<void()>> queue_;
  std::function<bool()> ready_;
  std::function<void()> next_;
  std::set<std::string> seen_;
  std::map<std::string, Json> active_;
  std::map<std::string, std::shared_ptr<Decoder>> generations_;
  std::vector<std::vector<std::int64_t>> cache_;
  std::shared_ptr<Child> child_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

}  // namespace exo_harness::fake
