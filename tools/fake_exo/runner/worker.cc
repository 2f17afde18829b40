#include "runner/worker.h"

#include <algorithm>

#include "exo_harness/core/format.h"

#include "membership/cluster.h"
#include "runner/decoder.h"
#include "runner/runner.h"
#include "world/events.h"
#include "world/ids.h"

namespace exo_harness::fake {
using std::chrono::milliseconds;

Worker::Worker(Context& context) : context_(context), log_(context), timer_(context.io) {}

void Worker::begin() {
  for (const auto& runner : std::exchange(runners_, {})) runner->shut_down();
  tries_.clear();
}

void Worker::stop() {
  timer_.cancel();
  runners_.clear();
}

void Worker::schedule() {
  if (std::exchange(scheduled_, true)) return;
  timer_.expires_after(context_.options.scaled(0.1, milliseconds(3)));
  timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    scheduled_ = waiting_ = false;
    std::erase_if(runners_, [](const auto& runner) { return runner->is_closed(); });
    const bool did = plan();
    if (did || waiting_) schedule();
  });
}

void Worker::state_changed(const std::string& tag, const Json& body) {
  if (tag == "NodeGatheredInfo" || tag == "ChunkGenerated" || tag.starts_with("TopologyEdge")) return;
  if (tag == "TaskDeleted" ||
      (tag == "TaskStatusUpdated" && body["task_status"] != "Running" && body["task_status"] != "Pending")) {
    const std::string task = body["task_id"];
    const bool cancelled = tag == "TaskStatusUpdated" && body["task_status"] == "Cancelled";
    for (const auto& runner : std::vector(runners_)) {
      const bool active = runner->takes_part(task);
      runner->end_task(task);
      // On main the runner that stopped reports the task as complete.
      if (active && cancelled && context_.options.is_main()) context_.cluster->submit(task_status(task, "Complete"));
    }
  }
  for (const auto& runner : std::vector(runners_)) runner->state_changed();
  schedule();
}

void Worker::datagram(const Json& message, const Address& from) {
  const std::string kind = message.value("k", "");
  const std::string task = message.value("t", "");
  for (const auto& runner : runners_) {
    if (kind == "step" && message["r"] == runner->id() && runner->takes_part(task)) {
      Json answer = message;
      answer["k"] = "stepped";
      return context_.cluster->datagrams().send(from, answer);
    }
    Decoder* generation = kind == "stepped" ? runner->generation(task) : nullptr;
    if (generation) return generation->acknowledged(message["r"], message["n"]);
  }
}

std::string Worker::global(const std::string& runner) const {
  const Json* status = context_.state.runner(runner);
  return status ? tag_of(*status) : "";
}

std::string Worker::create_task(const char* kind, const std::string& instance, const char* status, const Json& more) {
  const std::string id = new_uuid();
  Json fields = {{"task_id", id}, {"task_status", status}, {"instance_id", instance}};
  fields.update(more);
  log_.plan(kind);
  context_.cluster->submit(task_created(id, {{kind, fields}}));
  return id;
}

bool Worker::plan() {
  return kill_runner() || create_runner() || connect() || load() || warm_up() || start_pending();
}

bool Worker::kill_runner() {
  for (const auto& runner : runners_) {
    if (runner->is_closing()) continue;
    bool end = !context_.state.instances.contains(runner->instance_id()) || runner->status() == "RunnerFailed";
    for (const auto& [node, other] : InstanceView{runner->instance()}.assignments()["nodeToRunner"].items())
      end = end || (other != runner->id() && global(other) == "RunnerFailed");
    if (!end) continue;
    const std::string task = create_task("Shutdown", runner->instance_id(), "Running", {{"runner_id", runner->id()}});
    log_.start_task("Shutdown", task, runner->instance_id());
    runner->shut_down();
    return true;
  }
  return false;
}

/// Exo's back-off: 0.5 s × 2^n after the n-th try, at most 10 s.
bool Worker::may_try(const std::string& instance) {
  const Tries& tries = tries_[instance];
  if (tries.count == 0) return true;
  const double pause = std::min(10.0, 0.5 * (1 << tries.count));
  return std::chrono::steady_clock::now() - tries.last >=
         context_.options.scaled(pause, milliseconds(80));  // long enough to be seen
}

bool Worker::create_runner() {
  for (const auto& [id, instance] : context_.state.instances.items()) {
    const InstanceView view{instance};
    const std::string runner_id = view.runner_of(context_.id);
    if (runner_id.empty()) continue;
    if (std::any_of(runners_.begin(), runners_.end(), [&](const auto& runner) { return runner->id() == runner_id; }))
      continue;
    bool other_failed = false;
    for (const auto& [node, other] : view.assignments()["nodeToRunner"].items())
      other_failed = other_failed || (other != runner_id && global(other) == "RunnerFailed");
    if (other_failed && global(runner_id) != "RunnerFailed") continue;
    Tries& tries = tries_[id];
    if (tries.count >= 5) {
      if (tries.count++ > 5) continue;
      context_.log.warning("exo.worker.main:plan_step:201",
                           format("Instance {} exceeded 5 retries, requesting deletion", id));
      context_.cluster->command({{"DeleteInstance", {{"command_id", new_uuid()}, {"instance_id", id}}}});
      return true;
    }
    if (!may_try(id)) {
      waiting_ = true;
      continue;
    }
    ++tries.count;
    tries.last = std::chrono::steady_clock::now();
    create_task("CreateRunner", id, "Complete",
                {{"bound_instance",
                  {{"instance", to_snake(instance)}, {"bound_runner_id", runner_id}, {"bound_node_id", context_.id}}}});
    runners_.push_back(std::make_shared<Runner>(context_, instance, runner_id, [this] { schedule(); }));
    runners_.back()->start();
    return true;
  }
  return false;
}

bool Worker::connect() {
  for (const auto& runner : runners_) {
    if (runner->world() == 1 || runner->is_closing() || runner->is_busy() || runner->status() != "RunnerIdle") continue;
    bool all = true, others_connecting = true;
    for (const auto& [other, shard] : InstanceView{runner->instance()}.assignments()["runnerToShard"].items()) {
      const std::string status = global(other);
      all = all && (status == "RunnerConnecting" || status == "RunnerIdle");
      if (other != runner->id()) others_connecting = others_connecting && status == "RunnerConnecting";
    }
    const bool last = runner->rank() == static_cast<int>(runner->world()) - 1;
    if (!all || (last && !others_connecting)) continue;
    runner->connect(create_task("ConnectToGroup", runner->instance_id(), "Running"));
    return true;
  }
  return false;
}

bool Worker::load() {
  for (const auto& runner : runners_) {
    if (runner->is_closing() || runner->is_busy()) continue;
    const InstanceView view{runner->instance()};
    bool here = true, all = true;
    for (const auto& [node, other] : view.assignments()["nodeToRunner"].items()) {
      here = here && context_.state.downloaded(node, view.model());
      const std::string status = global(other);
      all = all && (status == "RunnerConnected" || status == "RunnerLoading" || status == "RunnerLoaded");
    }
    const bool ready =
        runner->world() == 1 ? runner->status() == "RunnerIdle" : runner->status() == "RunnerConnected" && all;
    if (!here || !ready) continue;
    runner->load(create_task("LoadModel", runner->instance_id(), "Running"));
    return true;
  }
  return false;
}

bool Worker::warm_up() {
  for (const auto& runner : runners_) {
    if (runner->is_closing() || runner->is_busy() || runner->status() != "RunnerLoaded") continue;
    bool loaded = true, others_warm = true;
    for (const auto& [other, shard] : InstanceView{runner->instance()}.assignments()["runnerToShard"].items()) {
      const std::string status = global(other);
      loaded = loaded && (status == "RunnerLoaded" || status == "RunnerWarmingUp");
      if (other != runner->id()) others_warm = others_warm && status == "RunnerWarmingUp";
    }
    if (runner->rank() > 0 ? !loaded : !others_warm) continue;
    runner->warm_up(create_task("StartWarmup", runner->instance_id(), "Running"));
    return true;
  }
  return false;
}

bool Worker::start_pending() {
  for (const auto& [id, task] : context_.state.tasks.items()) {
    if (tag_of(task) != "TextGeneration") continue;
    const Json& fields = body_of(task);
    if (fields["taskStatus"] != "Pending" && fields["taskStatus"] != "Running") continue;
    for (const auto& runner : runners_) {
      if (fields["instanceId"] != runner->instance_id() || runner->has_seen(id) || runner->is_closing()) continue;
      if (runner->status() != "RunnerReady" && runner->status() != "RunnerRunning") continue;
      bool all = true;
      for (const auto& [other, shard] : InstanceView{runner->instance()}.assignments()["runnerToShard"].items())
        all = all && (global(other) == "RunnerReady" || global(other) == "RunnerRunning");
      if (!all) continue;
      log_.plan("TextGeneration");
      const Json copy = fields;
      runner->generate(id, copy);
      return true;
    }
  }
  return false;
}

}  // namespace exo_harness::fake
