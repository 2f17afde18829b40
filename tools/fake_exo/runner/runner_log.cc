#include "runner/runner_log.h"

#include "exo_harness/core/format.h"

#include "json/python_text.h"

namespace exo_harness::fake {
namespace {

constexpr const char* kV1 = "exo.worker.runner.llm_inference.runner:";
constexpr const char* kMain = "exo.worker.runner.runner:";
constexpr const char* kMlx = "exo.worker.engines.mlx.utils_mlx:";
constexpr const char* kGenerate = "exo.worker.engines.mlx.generator.generate:";

std::string task_text(const std::string& task, const std::string& task_id, const std::string& instance) {
  return format("{}(task_id='{}' task_status=<TaskStatus.Pending: 'Pending'> instance_id='{}')", task, task_id,
                instance);
}

std::string hosts_text(const Json& hosts) {
  std::string out = "[";
  for (const Json& host : hosts)
    out += format("{}\"{}:{}\"", out.size() > 1 ? "," : "", host["ip"].get<std::string>(), host["port"].get<int>());
  return out + "]";
}

std::string matrix_text(const Json& matrix) {
  std::string out;
  for (char c : text_of(matrix)) {
    out += c;
    if (c == ',') out += ' ';
  }
  return out;
}

}  // namespace

void RunnerLog::runner(const char* place_v1, const char* place_main, const std::string& text) {
  context_.log.info(context_.options.is_main() ? std::string(kMain) + place_main : std::string(kV1) + place_v1, text);
}

void RunnerLog::plan(const std::string& task) {
  context_.log.info(context_.options.is_main() ? "exo.worker.main:plan_step:225" : "exo.worker.main:plan_step:214",
                    "Worker plan: " + task);
}

void RunnerLog::start_task(const std::string& task, const std::string& task_id, const std::string& instance) {
  context_.log.info(context_.options.is_main() ? "exo.worker.runner.supervisor:start_task:289"
                                               : "exo.worker.runner.runner_supervisor:start_task:182",
                    "Starting task " + task_text(task, task_id, instance));
}

void RunnerLog::created() {
  context_.log.info(context_.options.is_main() ? "exo.worker.runner.bootstrap:entrypoint:59"
                                               : "exo.worker.runner.bootstrap:entrypoint:34",
                    "Fast synch flag: 1");
  runner("__init__:93", "__init__:104", "hello from the runner");
  runner("__init__:113", "__init__:125", "runner created");
}

void RunnerLog::connecting(int rank, const Json& instance, const std::string& own_node) {
  const Json& fields = body_of(instance);
  const std::string file =
      format("/tmp/tmpfake{}/hosts_{}_{}.json", rank, fields["instanceId"].get<std::string>(), rank);
  runner("handle_first_task:149", "handle_first_task:239", "runner connecting");
  context_.log.info(std::string(kMlx) + "mlx_distributed_init:97", format("Starting initialization for rank {}", rank));
  if (fields.contains("jacclDevices")) {
    context_.log.info(
        std::string(kMlx) + "mlx_distributed_init:135",
        format("rank {} MLX_IBV_DEVICES: {} with devices: {}", rank, file, matrix_text(fields["jacclDevices"])));
    context_.log.info(
        std::string(kMlx) + "mlx_distributed_init:138",
        format("rank {} MLX_JACCL_COORDINATOR: {}", rank, fields["jacclCoordinators"].value(own_node, "")));
  } else {
    context_.log.info(
        std::string(kMlx) + "mlx_distributed_init:113",
        format("rank {} hostfile: {} hosts: {}", rank, file, hosts_text(fields["hostsByNode"][own_node])));
  }
}

void RunnerLog::connected(int rank) {
  context_.log.info(std::string(kMlx) + "mlx_distributed_init:146",
                    format("Rank {} mlx distributed initialization complete", rank));
  runner("handle_first_task:157", "handle_first_task:247", "runner connected");
}

void RunnerLog::loading() {
  runner("handle_first_task:173", "handle_first_task:256", "runner loading");
}

void RunnerLog::load_alone(const Json& instance) {
  context_.log.info(
      context_.options.is_main() ? std::string(kMlx) + "load_mlx_items:173" : std::string(kMlx) + "load_mlx_items:170",
      "Single device used for " + python_call(tag_of(instance), to_snake(body_of(instance))));
}

void RunnerLog::load_group(int rank, std::size_t world, const std::string& directory, bool tensor) {
  context_.log.info(std::string(kMlx) + "load_mlx_items:195", "Starting distributed init");
  context_.log.info(std::string(kMlx) + "shard_and_load:262", format("Group size: {}, group rank: {}", world, rank));
  context_.log.info(std::string(kMlx) + (tensor ? "shard_and_load:266" : "shard_and_load:269"),
                    format("loading model from {} with {} parallelism", directory, tensor ? "tensor" : "pipeline"));
}

void RunnerLog::loaded(bool alone, double seconds) {
  context_.log.info(std::string(kMlx) + (alone ? "load_mlx_items:188" : "load_mlx_items:202"),
                    format("Time taken to {} model: {:.2f}s", alone ? "load" : "shard and load", seconds));
  context_.log.info(
      context_.options.is_main() ? "exo.worker.engines.mlx.builder:build:69" : std::string(kV1) + "build:344",
      "model has_tool_calling=False using tokens None, None");
  context_.log.info(
      context_.options.is_main() ? "exo.worker.engines.mlx.builder:build:101" : std::string(kV1) + "build:375",
      "using BatchGenerator");
  runner("handle_first_task:207", "handle_first_task:275", "runner loaded");
}

void RunnerLog::warming_up(const std::string& model) {
  runner("handle_first_task:211", "handle_first_task:279", "runner warming up");
  context_.log.info(std::string(kGenerate) + "warmup_inference:405", "warming up inference for instance: " + model);
  context_.log.info(std::string(kGenerate) + "warmup_inference:427", "Generating warmup tokens");
  context_.log.info(std::string(kGenerate) + "prefill:330", "Starting prefill");
}

void RunnerLog::ready_first(double seconds) {
  context_.log.info(std::string(kGenerate) + "warmup_inference:447", "warmed up by generating 50 tokens");
  runner("handle_first_task:218", "handle_first_task:286", format("runner initialized in {} seconds", seconds));
  runner("handle_first_task:224", "handle_first_task:295", "runner ready");
}

void RunnerLog::received(const std::string& task_id, const std::string& command, const Json& params) {
  runner("handle_generation_tasks:262", "handle_generation_tasks:333",
         format("received chat request: TextGeneration(task_id='{}' command_id='{}' task_params={})", task_id, command,
                python_call("TextGenerationTaskParams", params)));
  runner("handle_generation_tasks:264", "handle_generation_tasks:335", "runner running");
}

void RunnerLog::prefill(std::size_t tokens) {
  context_.log.info(std::string(kGenerate) + "prefill:330", "Starting prefill");
  context_.log.info("exo.worker.engines.mlx.cache:add_kv_cache:154", format("KV cache added: {} tokens", tokens));
}

void RunnerLog::ready() {
  runner("handle_generation_tasks:311", "handle_generation_tasks:384", "runner ready");
}

std::string RunnerLog::traceback(const std::string& type, const std::string& text) const {
  const std::string root = context_.options.is_main() ? "/opt/exo-main/src/exo/" : "/opt/exo/src/exo/";
  const std::string folder = context_.options.is_main() ? "worker/runner/" : "worker/runner/llm_inference/";
  return format(
      "Traceback (most recent call last):\n  File \"{0}worker/runner/bootstrap.py\", line 89, in entrypoint\n    "
      "runner.main()\n    "
      "~~~~~~~~~~~^^\n  File \"{0}{1}runner.py\", line 221, in main\n    self.handle_first_task(item)\n    "
      "~~~~~~~~~~~~~~~~~~~~~~^^^^^^\n{2}: {3}\n",
      root, folder, type, text);
}

std::string RunnerLog::failure_text(const std::string& type, const std::string& text) const {
  if (!context_.options.is_main()) return text;
  return format("Terminated (exitcode=1\nRunner error: {}: {}\n{})", type, text, traceback(type, text));
}

void RunnerLog::crashed(const std::string& runner_id, const std::string& type, const std::string& text) {
  std::string trace = traceback(type, text);
  trace.pop_back();
  const bool is_main = context_.options.is_main();
  context_.log.warning(
      is_main ? "exo.worker.runner.bootstrap:entrypoint:93" : "exo.worker.runner.bootstrap:entrypoint:59",
      format("Runner {} crashed with critical exception {}\n{}", runner_id, text, trace));
  context_.log.info(
      is_main ? "exo.worker.runner.bootstrap:entrypoint:105" : "exo.worker.runner.bootstrap:entrypoint:75",
      "bye from the runner");
}

void RunnerLog::exited(int code, const std::string& error_text) {
  const bool is_main = context_.options.is_main();
  context_.log.info(is_main ? "exo.worker.runner.supervisor:_check_runner:375"
                            : "exo.worker.runner.runner_supervisor:_check_runner:260",
                    format("Runner exited with exit code {}", code));
  if (is_main && code != 0)
    context_.log.error("exo.worker.runner.supervisor:_check_runner:399", "Runner terminated with " + error_text);
}

void RunnerLog::terminated(const std::string& cause) {
  context_.log.error(context_.options.is_main() ? "exo.worker.runner.supervisor:_check_runner:399"
                                                : "exo.worker.runner.runner_supervisor:_check_runner:275",
                     "Runner terminated with " + cause);
}

void RunnerLog::shutting_down() {
  runner("shutdown:241", "shutdown:314", "runner shutting down");
}

void RunnerLog::gone(int code) {
  const bool is_main = context_.options.is_main();
  context_.log.info(is_main ? "exo.worker.runner.supervisor:run:255" : "exo.worker.runner.runner_supervisor:run:118",
                    "Runner supervisor shutting down");
  context_.log.info(
      is_main ? "exo.worker.runner.supervisor:run:271" : "exo.worker.runner.runner_supervisor:run:164",
      is_main ? format("Runner process successfully terminated: {}", code) : "Runner process succesfully terminated");
}

void RunnerLog::stuck() {
  context_.log.warning(context_.options.is_main() ? "exo.worker.runner.supervisor:run:262"
                                                  : "exo.worker.runner.runner_supervisor:run:140",
                       "Child process didn't shut down successfully, terminating");
}

}  // namespace exo_harness::fake
