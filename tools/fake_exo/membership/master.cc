#include "membership/master.h"

#include <algorithm>

#include "exo_harness/core/format.h"

#include "json/python_text.h"
#include "membership/cluster.h"
#include "world/events.h"
#include "world/ids.h"
#include "world/placement.h"

namespace exo_harness::fake {
using std::chrono::milliseconds;

Master::Master(Context& context) : context_(context), timer_(context.io) {}

void Master::start() {
  look();
}

void Master::log_command(const std::string& tag, const Json& body) {
  context_.log.info(
      context_.options.is_main() ? "exo.master.main:_command_processor:175" : "exo.master.main:_command_processor:122",
      "Executing command: " + python_call(tag, body));
}

void Master::log_error(const std::string& text) {
  const std::string root = context_.options.is_main() ? "/opt/exo-main/src/exo/" : "/opt/exo/src/exo/";
  context_.log.warning(
      context_.options.is_main() ? "exo.master.main:_command_processor:425" : "exo.master.main:_command_processor:372",
      format("Error in command processor\nTraceback (most recent call last):\n\n> File \"{0}master/main.py\", line "
             "295, in "
             "_command_processor\n    placement = place_instance(\n                └ <function place_instance at "
             "0x7fc243a02f20>\n\n"
             "  File \"{0}master/placement.py\", line 176, in place_instance\n    raise ValueError(\n\nValueError: {1}",
             root, text));
}

void Master::execute(const Json& command) {
  const std::string tag = tag_of(command);
  const Json& body = body_of(command);
  if (tag == "Look") return;
  log_command(tag, body);
  if (tag == "PlaceInstance")
    place_instance(body);
  else if (tag == "CreateInstance")
    context_.cluster->emit(instance_created(body["instance"]));
  else if (tag == "DeleteInstance")
    delete_instance(body["instance_id"]);
  else if (tag == "TextGeneration")
    text_generation(body);
  else if (tag == "TaskCancelled")
    task_cancelled(body["cancelled_command_id"]);
  else if (tag == "TaskFinished")
    task_finished(body["finished_command_id"]);
}

void Master::place_instance(const Json& body) {
  if (context_.faults.take("drop-placement")) return;
  PlacementRequest request;
  request.model = context_.catalogue.find(body["model_card"]["modelId"]);
  request.sharding = body["sharding"];
  request.instance_meta = body["instance_meta"];
  request.min_nodes = body["min_nodes"];
  const bool too_many = request.min_nodes > static_cast<int>(context_.state.nodes.size());
  if (too_many && context_.faults.take("places-on-fewer")) request.min_nodes = 1;
  if (const auto late = too_many ? context_.faults.take("places-late") : std::nullopt) {
    kept_ = body;
    kept_for_ = milliseconds(static_cast<int>(late->number("ms", 1000)));
    return;
  }
  request.wrong_mode = context_.faults.take("wrong-mode").has_value();
  if (!request.model) return log_error("unknown model");
  const Placement placed = place(request, context_.state);
  if (!placed.error.empty()) return log_error(placed.error);
  context_.cluster->emit(instance_created(placed.instance));
}

/// Makes the placement that waits, once there have been nodes for it for its time.
void Master::place_kept() {
  const auto now = std::chrono::steady_clock::now();
  if (!kept_ || static_cast<int>(context_.state.nodes.size()) < kept_->at("min_nodes").get<int>())
    return enough_since_.reset();
  if (!enough_since_) enough_since_ = now;
  if (now - *enough_since_ < kept_for_) return;
  const Json body = *kept_;
  kept_.reset();
  place_instance(body);
}

/// v1.0.71 counts every task that is still listed, those of the start of the runners, too; main those in flight.
bool Master::counts(const std::string& status) const {
  return !context_.options.is_main() || status == "Pending" || status == "Running";
}

/// The instance of the model with the fewest tasks, of these the oldest.
void Master::text_generation(const Json& body) {
  const std::string model = body["task_params"]["model"];
  std::string chosen;
  std::size_t fewest = 0;
  for (const auto& [id, instance] : context_.state.instances.items()) {
    if (InstanceView{instance}.model() != model) continue;
    std::size_t count = 0;
    for (const auto& [task_id, task] : context_.state.tasks.items())
      count += body_of(task)["instanceId"] == id && counts(body_of(task)["taskStatus"]);
    if (chosen.empty() || count < fewest) chosen = id, fewest = count;
  }
  if (chosen.empty()) return log_error("No instance found for model " + model);
  const std::string task_id = new_uuid();
  context_.cluster->emit(task_created(task_id, {{"TextGeneration",
                                                 {{"task_id", task_id},
                                                  {"task_status", "Pending"},
                                                  {"instance_id", chosen},
                                                  {"command_id", body["command_id"]},
                                                  {"task_params", body["task_params"]},
                                                  {"error_type", nullptr},
                                                  {"error_message", nullptr}}}}));
}

std::string Master::task_of(const std::string& command_id) const {
  for (const auto& [id, task] : context_.state.tasks.items())
    if (body_of(task).value("commandId", "") == command_id) return id;
  return "";
}

void Master::task_cancelled(const std::string& command_id) {
  // v1.0.71 leaves the task as Cancelled; on main the runner sets Complete when it has stopped.
  if (const std::string task = task_of(command_id); !task.empty())
    context_.cluster->emit(task_status(task, "Cancelled"));
}

void Master::task_finished(const std::string& command_id) {
  if (const std::string task = task_of(command_id); !task.empty()) context_.cluster->emit(task_deleted(task));
}

void Master::delete_instance(const std::string& id) {
  if (!context_.state.instances.contains(id)) return;
  if (context_.faults.take("deletes-all")) {
    const Json all = context_.state.instances;
    for (const auto& [other, instance] : all.items())
      if (other != id) context_.cluster->emit(instance_deleted(other));
  }
  context_.cluster->emit(instance_deleted(id));
  std::vector<std::string> generations;
  for (const auto& [task_id, task] : context_.state.tasks.items())
    if (tag_of(task) == "TextGeneration" && body_of(task)["instanceId"] == id) generations.push_back(task_id);
  for (const std::string& task_id : generations) context_.cluster->emit(task_deleted(task_id));
}

/// Every 10 s: first the instances of nodes that were removed at an earlier look, then the nodes that were silent for
/// 30 s.
void Master::look() {
  if (context_.cluster->is_master() && !context_.faults.find("keeps-the-dead")) {
    std::vector<std::string> broken;
    for (const auto& [id, instance] : context_.state.instances.items())
      for (const auto& [node, runner] : InstanceView{instance}.assignments()["nodeToRunner"].items())
        if (!context_.state.has_node(node)) {
          broken.push_back(id);
          break;
        }
    for (const std::string& id : broken) delete_instance(id);
    // A crowd beats more rarely, and keeps the machine busier.
    const auto crowd = milliseconds(100 * static_cast<int>(context_.state.nodes.size()));
    const auto limit = context_.options.scaled(30, milliseconds(1500) + crowd);
    if (rhythm_.is_late())
      for (auto& [id, last] : seen_) last = std::chrono::steady_clock::now();
    for (const std::string& id : std::vector(context_.state.nodes)) {
      const auto last = seen_.find(id);
      if (id == context_.id || (last != seen_.end() && std::chrono::steady_clock::now() - last->second <= limit))
        continue;
      context_.log.info("exo.master.main:_plan:406", "Manually removing node " + id + " due to inactivity");
      context_.cluster->emit(node_timed_out(id));
      context_.cluster->drop(id);
    }
  }
  place_kept();
  const milliseconds period = context_.options.scaled(10, milliseconds(200));
  rhythm_.next(period);
  timer_.expires_after(period);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) look();
  });
}

}  // namespace exo_harness::fake
