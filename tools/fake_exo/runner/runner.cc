// The life of one rank: its phases in Exo's order and with Exo's times, from its process to its end. What can befall it
// on the way is in mishap.cc.
#include "runner/runner.h"

#include <algorithm>

#include "exo_harness/core/text.h"

#include "membership/cluster.h"
#include "runner/chunks.h"
#include "runner/decoder.h"
#include "world/events.h"

namespace exo_harness::fake {
using std::chrono::milliseconds;

namespace {

double seconds_since(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

Json state(const char* tag) {
  return {{tag, Json::object()}};
}

}  // namespace

Runner::Runner(Context& context, Json instance, std::string runner_id, std::function<void()> changed)
    : context_(context),
      instance_(std::move(instance)),
      id_(std::move(runner_id)),
      changed_(std::move(changed)),
      log_(context) {
  const InstanceView view{instance_};
  const Json& shard = view.shard_of(id_);
  rank_ = shard["deviceRank"];
  world_ = view.world_size();
  tensor_ = view.shard_tag(id_) == "TensorShardMetadata";
  model_ = context_.catalogue.find(view.model());
}

// A new session drops its runners as they are; what they were saying must not go on.
Runner::~Runner() {
  for (const auto& [task_id, generation] : generations_) generation->stop();
}

std::string Runner::mode() const {
  const bool jaccl = tag_of(instance_) == "MlxJacclInstance";
  return world_ == 1 ? "single" : std::string(tensor_ ? "tensor" : "pipeline") + (jaccl ? "-jaccl" : "");
}

void Runner::after(double seconds, std::function<void()> next, int least_ms) {
  auto timer = std::make_shared<boost::asio::steady_timer>(context_.io,
                                                           context_.options.scaled(seconds, milliseconds(least_ms)));
  timer->async_wait([self = weak_from_this(), timer, next = std::move(next)](boost::system::error_code error) {
    const auto runner = self.lock();
    if (!error && runner && !runner->closed_) next();
  });
}

void Runner::start() {
  child_ = std::make_shared<Child>(context_.io);
  child_->start(context_.options.program, id_, [self = weak_from_this()](int status) {
    if (const auto runner = self.lock()) runner->child_ended(status);
  });
  after(
      1.35,
      [this] {
        if (dead_) return;
        enter("start", [this] {
          log_.created();
          up_ = true;
          set_status(state("RunnerIdle"));
          for (auto& task : std::exchange(queue_, {})) task();
        });
      },
      8);
}

void Runner::when_up(std::function<void()> next) {
  if (up_)
    next();
  else
    queue_.push_back(std::move(next));
}

void Runner::set_status(Json status) {
  if (dead_ && tag_of(status) != "RunnerFailed") return;
  status_ = std::move(status);
  context_.cluster->submit(runner_status(id_, status_));
  changed_();
}

void Runner::wait_for(std::function<bool()> ready, std::function<void()> next) {
  ready_ = std::move(ready);
  next_ = std::move(next);
  state_changed();
}

void Runner::state_changed() {
  if (!ready_ || dead_ || closed_ || !ready_()) return;
  ready_ = nullptr;
  if (auto next = std::exchange(next_, nullptr)) next();
}

void Runner::enter(const std::string& phase, std::function<void()> next) {
  const Entry entry{phase, rank_, *model_, mode(), tag_of(instance_) == "MlxJacclInstance"};
  write_lines_of_faults(context_, entry);
  if (is_killed(context_, entry) && child_) child_->stop(true);
  if (const auto mishap = mishap_at(context_, entry)) return suffer(*mishap);
  next();
}

void Runner::suffer(const Mishap& mishap) {
  const auto raise = [this, mishap] { fail(mishap.type, mishap.text); };
  switch (mishap.kind) {
    case Mishap::Kind::hangs:
      hung_ = busy_ = true;
      return;
    case Mishap::Kind::fails:
      return after(0.05, raise, 2);
    case Mishap::Kind::fails_after_another:
      return wait_for([this] { return ranks().any_is("RunnerFailed"); }, raise);
    case Mishap::Kind::breaks_down:
      return after(
          0.1, [this] { break_down(); }, 2);
  }
}

void Runner::break_down() {
  const std::string cause = "signal=11 (Segmentation fault)";
  fail_with("Terminated (" + cause + ")", "Runner shutdown before completing command (" + cause + ")");
  log_.terminated(cause);
}

void Runner::connect(const std::string& task) {
  busy_ = true;
  when_up([this, task] {
    log_.start_task("ConnectToGroup", task, instance_id());
    log_.connecting(rank_, instance_, context_.id);
    set_status(state("RunnerConnecting"));
    enter("connect", [this, task] {
      wait_for(
          [this] {
            return ranks().all_are({"RunnerConnecting", "RunnerConnected", "RunnerLoading"});
          },
          [this, task] {
            after(0.3, [this, task] {
              log_.connected(rank_);
              busy_ = false;
              set_status(state("RunnerConnected"));
              context_.cluster->submit(task_status(task, "Complete"));
            });
          });
    });
  });
}

void Runner::load(const std::string& task) {
  busy_ = true;
  when_up([this, task] {
    log_.start_task("LoadModel", task, instance_id());
    log_.loading();
    if (world_ == 1)
      log_.load_alone(instance_);
    else
      log_.load_group(rank_, world_, model_->directory, tensor_);
    const Json& shard = InstanceView{instance_}.shard_of(id_);
    const int layers = shard["endLayer"].get<int>() - shard["startLayer"].get<int>();
    set_status({{"RunnerLoading", {{"layers_loaded", 0}, {"total_layers", layers}}}});
    enter("load", [this, task, layers] { load_layers(0, layers, task); });
  });
}

void Runner::load_layers(int done, int total, const std::string& task) {
  if (done < total) {
    const int next = std::min(total, done + std::max(1, total / 4));
    return after(0.08 / 4, [this, next, total, task] {
      set_status({{"RunnerLoading", {{"layers_loaded", next}, {"total_layers", total}}}});
      load_layers(next, total, task);
    });
  }
  if (world_ == 1) return first_collective(task);
  enter("collective", [this, task] { first_collective(task); });
}

// Nobody is done before all are there.
void Runner::first_collective(const std::string& task) {
  wait_for([this] { return ranks().all_have_loaded(); },
           [this, task] {
             log_.loaded(world_ == 1, seconds_since(began_));
             busy_ = false;
             set_status(state("RunnerLoaded"));
             context_.cluster->submit(task_status(task, "Complete"));
           });
}

void Runner::warm_up(const std::string& task) {
  busy_ = true;
  when_up([this, task] {
    log_.start_task("StartWarmup", task, instance_id());
    log_.warming_up(model_->id);
    set_status(state("RunnerWarmingUp"));
    enter("warm-up", [this, task] {
      wait_for(
          [this] {
            return ranks().all_are({"RunnerWarmingUp", "RunnerReady", "RunnerRunning"});
          },
          [this, task] {
            after(rank_ == 0 ? 0.15 : 0.12, [this, task] {
              log_.ready_first(seconds_since(began_));
              busy_ = false;
              set_status(ready_status(context_.options.is_main()));
              context_.cluster->submit(task_status(task, "Complete"));
            });
          });
    });
  });
}

bool Runner::takes_part(const std::string& task_id) const {
  return !dead_ && !hung_ && !closed_ && active_.contains(task_id);
}

Decoder* Runner::generation(const std::string& task_id) {
  const auto found = generations_.find(task_id);
  return found == generations_.end() ? nullptr : found->second.get();
}

void Runner::generate(const std::string& task_id, const Json& task) {
  seen_.insert(task_id);
  active_[task_id] = task;
  log_.start_task("TextGeneration", task_id, instance_id());
  log_.received(task_id, task["commandId"], task["taskParams"]);
  context_.cluster->submit(task_status(task_id, "Running"));
  set_status(state("RunnerRunning"));
  if (const auto mishap = mishap_of_words(task["taskParams"], context_.options.is_main())) return suffer(*mishap);
  enter("generate", [this, task_id, task] {
    if (rank_ != 0 || !active_.contains(task_id)) return;
    const bool slow = contains(first_message(task["taskParams"]), "EXO RUNNER MUST TIMEOUT");
    after(slow ? 100 : 0, [this, task_id, task] {
      if (!active_.contains(task_id)) return;
      generations_[task_id] = std::make_shared<Decoder>(*this, task_id, task);
      generations_[task_id]->start();
    });
  });
}

void Runner::generation_done(const std::string& task_id) {
  context_.cluster->submit(task_status(task_id, "Complete"));
  end_task(task_id);
}

void Runner::end_task(const std::string& task_id) {
  if (const auto found = generations_.find(task_id); found != generations_.end()) {
    found->second->stop();
    generations_.erase(found);
  }
  if (active_.erase(task_id) == 0 || dead_ || hung_) return;
  if (!active_.empty()) return;
  log_.ready();
  set_status(ready_status(context_.options.is_main()));
}

void Runner::fail(const std::string& type, const std::string& text) {
  if (dead_) return;
  log_.crashed(id_, type, text);
  const std::string message = log_.failure_text(type, text);
  const bool is_main = context_.options.is_main();
  log_.exited(is_main ? 1 : 0, is_main ? message.substr(12, message.size() - 13) : "");
  fail_with(message, text);
}

void Runner::fail_with(const std::string& message, const std::string& chunk_text) {
  if (closed_) return;
  dead_ = true;
  hung_ = busy_ = false;
  ready_ = nullptr;
  next_ = nullptr;
  queue_.clear();
  if (child_) child_->stop(false);
  for (const auto& [task_id, generation] : std::exchange(generations_, {})) generation->stop();
  for (const auto& [task_id, task] : std::exchange(active_, {}))
    context_.cluster->submit(chunk_generated(task["commandId"], error_chunk(model_->id, chunk_text)));
  Json status = {{"RunnerFailed", {{"error_message", message}}}};
  if (context_.options.is_main()) status["RunnerFailed"]["diagnostics"] = Json::array();
  set_status(status);
}

void Runner::child_ended(int status) {
  if (dead_ || closing_ || closed_) return;
  dead_ = true;  // takes part in nothing from now on; Exo notices later
  const std::string cause = describe_status(status);
  after(context_.options.is_main() ? 0.5 : 1.9, [this, cause] {
    log_.terminated(cause);
    fail_with("Terminated (" + cause + ")", "Runner shutdown before completing command (" + cause + ")");
  });
}

void Runner::shut_down() {
  if (closing_) return;
  closing_ = true;
  changed_();
  if (dead_) return after(0.1, [this] { close(); });
  if (busy_ || hung_ || !active_.empty())
    return after(
        5.2,
        [this] {
          log_.stuck();
          if (child_) child_->stop(true);
          close();
        },
        20);
  when_up([this] {
    log_.shutting_down();
    set_status(state("RunnerShuttingDown"));
    log_.exited(0, "");
    if (child_) child_->stop(false);
    after(0.2, [this] { close(); });
  });
}

void Runner::close() {
  if (closed_) return;
  log_.gone(0);
  closed_ = true;
  for (const auto& [task_id, generation] : std::exchange(generations_, {})) generation->stop();
  active_.clear();
  if (child_) child_->stop(false);
  changed_();
}

}  // namespace exo_harness::fake
