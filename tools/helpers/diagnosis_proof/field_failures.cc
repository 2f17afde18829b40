#include "field_failures.h"

namespace exo_harness::proof {
namespace {

constexpr const char* kLlama = "exo-harness/tiny-llama";
constexpr const char* kShort = "What is 2+2?";
constexpr const char* kLong = "Tell me a long story.";

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find(',', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

/// Builds rows in few words.
class Rows {
 public:
  Rows& cluster(std::string generation, std::string rdma = "mesh") {
    generation_ = std::move(generation);
    rdma_ = std::move(rdma);
    return *this;
  }

  FieldFailure& row(std::string ref, std::string title, std::string mode, std::string signature, std::string phase,
                    std::string verdict) {
    all_.push_back({std::move(ref),
                    std::move(title),
                    generation_,
                    rdma_,
                    std::move(mode),
                    kLlama,
                    kShort,
                    {},
                    {},
                    std::move(signature),
                    "",
                    std::move(phase),
                    std::move(verdict),
                    false});
    return all_.back();
  }

  // Rank 1 raises `text` in that phase.
  FieldFailure& raises(std::string ref, std::string text, std::string mode, std::string signature, std::string phase,
                       std::string verdict) {
    FieldFailure& r = row(std::move(ref), text, mode, std::move(signature), phase, std::move(verdict));
    r.faults = {
        {0, "runner-fails:phase=" + phase + ",rank=" + (mode == "single" ? "0" : "1") + ",text=" + escaped(text)}};
    return r;
  }

  // The dry run of a placement is refused with that text.
  void refused(std::string ref, std::string text, std::string signature, std::string verdict) {
    row(std::move(ref), text, "pipeline-2", std::move(signature), "place", std::move(verdict)).faults = {
        {0, "status:path=/instance/placement,code=400,text=" + escaped(text)}};
  }

  FieldFailure& hangs(std::string ref, std::string title, std::string mode, std::string phase, int rank) {
    FieldFailure& r = row(std::move(ref), std::move(title), std::move(mode), "", phase, "hang");
    r.faults = {{0, "runner-hangs:phase=" + phase + ",rank=" + std::to_string(rank)}};
    return r;
  }

  std::vector<FieldFailure> take() { return std::move(all_); }

 private:
  std::string generation_ = "v1.0.71", rdma_ = "mesh";
  std::vector<FieldFailure> all_;
};

void joining(Rows& rows) {
  const std::string tp = "tensor-jaccl-2";
  rows.cluster("v1.0.71");
  rows.raises("A-26", "[jaccl] Changing queue pair to RTR failed with errno 22", tp, "jaccl-rtr-errno-22", "connect",
              "environment");
  rows.raises("A-27", "[jaccl] Changing queue pair to RTR failed with errno 96", tp, "jaccl-rtr-errno-96", "connect",
              "environment");
  rows.raises("A-28", "[jaccl] Changing queue pair to RTR failed with errno 16", tp, "jaccl-rtr-errno-16", "connect",
              "environment");
  rows.raises("A-29", "[jaccl] Changing queue pair to RTR failed with errno 60", tp, "jaccl-rtr-errno-60", "connect",
              "environment");
  rows.raises("R-24", "[jaccl] Changing queue pair to RTR failed with errno 65", tp, "jaccl-rtr-failed", "connect",
              "environment");
  rows.raises("R-19", "[jaccl] Could not open device rdma_en4", tp, "jaccl-open-device-failed", "connect",
              "environment");
  rows.raises("R-21", "[jaccl] Couldn't create queue pair", tp, "jaccl-queue-pair-limit", "connect", "environment");
  rows.raises("R-22", "[jaccl] Register memory region failed", tp, "jaccl-memory-region-limit", "connect",
              "environment");
  rows.raises("A-25", "[jaccl] Malformed device file", tp, "jaccl-malformed-device-file", "connect", "failed");
  rows.raises("R-11", "[jaccl] Couldn't bind socket (error: 48)", tp, "jaccl-bind-failed", "connect", "environment");
  rows.raises("R-13", "[jaccl] Couldn't connect (error: 60)", tp, "jaccl-connect-timeout", "connect", "environment");
  rows.raises("R-13b", "[jaccl] Couldn't connect (error: 65)", tp, "jaccl-connect-no-route", "connect", "environment");
  rows.raises("R-14", "[jaccl] Couldn't connect (error: 61)", tp, "jaccl-connect-failed", "connect", "failed");
  rows.raises("R-15", "Can't parse address fe80::1:52000", tp, "jaccl-coordinator-unparsable", "connect",
              "environment");
  rows.hangs("R-12", "rank 0 waits forever: rank 1 never connects", tp, "connect", 1);
  rows.cluster("main");
  rows.raises("R-24i", "[jaccl] Changing queue pair to INIT failed with errno 22", tp, "jaccl-init-rts-failed",
              "connect", "environment");
  rows.raises("R-17", "[jaccl] Could not find device rdma_en3 (0 available)", tp, "jaccl-device-not-found", "connect",
              "environment");
  rows.raises("R-23", "[jaccl] No IPv4-mapped GID for this device. Assign an address", tp, "jaccl-no-ipv4-gid",
              "connect", "environment");
  rows.raises("R-21n", "[jaccl] Creating the queue pair failed with 'Resource busy (16)'.", tp,
              "jaccl-queue-pair-limit", "connect", "environment");
  rows.raises("R-20c", "[jaccl] Couldn't create completion queue", tp, "jaccl-resources-exhausted", "connect",
              "environment");
  rows.raises("A-9a", "Cannot initialize jaccl distributed backend.", tp, "jaccl-not-built", "connect", "environment");
  rows.raises("A-9b", "[jaccl] The configuration should define a valid mesh or a valid ring.", tp, "jaccl-bad-config",
              "connect", "failed");
  rows.raises("A-9c", "The only valid values for backend are 'any' and 'ring' but 'jaccl' was provided.", tp,
              "jaccl-backend-unknown", "connect", "environment");
  rows.raises("A-9d", "[ring] Couldn't connect (error: 60)", "pipeline-2", "ring-connect-failed", "connect", "failed");
  rows.raises("A-41", "[ring] Couldn't bind socket (error: 48)", "tensor-2", "ring-bind-accept-failed", "connect",
              "failed");
  FieldFailure& echo = rows.raises("A-31", "[jaccl] Couldn't allocate protection domain", tp, "jaccl-alloc-pd-failed",
                                   "connect", "environment");
  echo.faults.push_back({0, "log-lines:phase=connect,rank=0,text=Runner stderr: [jaccl] Recv failed with errno=2"});
  rows.row("classic", "JACCL initialization failed for hybrid layers", tp, "classic-jaccl-hybrid-layers", "connect",
           "failed")
      .model = "exo-harness/classic-jaccl-hybrid";
}

void loading(Rows& rows) {
  rows.cluster("v1.0.71");
  rows.raises("A-38", "The input of size 29 cannot be sharded across 2 devices.", "tensor-2", "load-cannot-shard",
              "load", "failed");
  rows.raises("A-39b", "Unsupported model type: <class 'mlx_lm.models.gemma2.Model'>", "tensor-2",
              "load-unsupported-tp-model", "load", "failed");
  rows.raises("A-36", "mlx_item evaluation timed out", "pipeline-2", "load-evaluation-timed-out", "load", "failed");
  rows.raises("A-108", "[load_safetensors] Invalid json header length /m/model-00002.safetensors", "pipeline-2",
              "load-safetensors-corrupt", "load", "environment");
  rows.raises("A-109", "[Errno 2] No such file or directory: '/m/org--model/config.json'", "pipeline-2",
              "load-config-broken", "load", "environment");
  rows.raises("A-115", "Couldn't instantiate the backend tokenizer from one of:", "pipeline-2", "tokenizer-broken",
              "load", "environment");
  rows.raises("A-63", "Model type nemotron_x not supported.", "single", "load-model-type-unsupported", "load",
              "failed");
  rows.raises("A-65", "Model must either have a 'model', 'transformer', or 'backbone' attribute", "pipeline-2",
              "load-pipeline-structure", "load", "failed");
  rows.raises("A-9e", "The repository /m contains custom code which must be executed to correctly load the model.",
              "single", "tokenizer-custom-code", "load", "failed");
  rows.raises("A-9f", "KeyError: '-'", "single", "load-nemotron-h-pattern-keyerror", "load", "failed");
  rows.row("classic", "Architecture not supported", "single", "classic-architecture-nemotron-h", "load", "failed")
      .model = "exo-harness/classic-unsupported-architecture";
  rows.row("classic", "No module named 'modeling_nemotron_h'", "single", "classic-no-module-modeling-nemotron-h",
           "load", "failed")
      .model = "exo-harness/classic-missing-module";
  rows.hangs("A-34", "stuck in LOADING", "pipeline-2", "load", 0);
  rows.cluster("main");
  rows.raises("A-46", "[broadcast_shapes] Shapes (1,32,1,128) and (1,16,1,128) cannot be broadcast.", "tensor-2",
              "warmup-broadcast-shapes", "warm-up", "failed");
  rows.raises("A-124", "[metal::Device] Unable to load kernel fence_update", "pipeline-2", "warmup-metal-fence-kernel",
              "warm-up", "environment");
  rows.raises("A-9g", "There is no Stream(gpu, 0) in current thread.", "pipeline-2", "warmup-no-stream", "warm-up",
              "failed");
  rows.hangs("A-33", "pipeline over JACCL dead-locks in warm-up", "tensor-jaccl-2", "warm-up", 1);
  rows.hangs("A-35", "tensor over ring hangs in warm-up", "tensor-2", "warm-up", 0);
}

void placing(Rows& rows) {
  rows.cluster("v1.0.71");
  rows.refused("A-14", "No cycles found with sufficient memory", "placement-no-memory", "environment");
  rows.refused("A-39", "Requested Tensor sharding but this model does not support tensor parallelism: org/m",
               "placement-no-tensor-support", "failed");
  rows.refused(
      "A-38p",
      "No tensor sharding found for model with hidden_size=2688, num_key_value_heads=2 across candidate cycles",
      "placement-tensor-indivisible", "failed");
  rows.refused("A-16", "Current jaccl backend requires all-to-all RDMA connections", "placement-jaccl-not-all-to-all",
               "environment");
  rows.refused("A-12", "Current jaccl backend requires all participating devices to be able to communicate",
               "placement-jaccl-no-coordinator-ip", "environment");
  rows.refused("A-4", "MLX ring backend requires connectivity between neighbouring nodes",
               "placement-ring-no-connectivity", "environment");
  rows.refused(
      "A-45",
      "Node 1 (a81e55d0) has insufficient memory: requires 61.20 GB for 30 layers, but only has 58.71 GB available",
      "placement-node-memory-short", "environment");
  rows.refused("A-45b", "Cannot distribute 3 layers across 4 nodes (need at least 1 layer per node)",
               "placement-cannot-split", "failed");
  rows.refused("A-72", "Pipeline parallelism is not supported for Gemma 4; use tensor parallelism instead.",
               "placement-pipeline-refused", "failed");
  rows.row("A-40", "POST says 200, nothing appears", "pipeline-2", "", "place", "hang").faults = {
      {0, "drop-placement"}};
  rows.row("A-22", "JACCL asked, ring made", "tensor-jaccl-2", "", "place", "failed").faults = {{0, "wrong-mode"}};
}

void answering(Rows& rows) {
  const std::string metal =
      "libc++abi: terminating due to uncaught exception of type std::runtime_error: [METAL] Command buffer execution "
      "failed: ";
  rows.cluster("main");
  rows.row("A-121", "EXO RUNNER MUST FAIL", "pipeline-2", "runner-injected-fault", "first token", "failed").question =
      "EXO RUNNER MUST FAIL";
  rows.raises("A-76", "ZeroDivisionError: division by zero", "pipeline-2", "runner-division-by-zero", "generate",
              "failed")
      .phase = "first token";
  rows.raises("A-9h", "Conversation roles must alternate user/assistant/user/assistant/...", "single",
              "chat-template-roles", "generate", "failed")
      .phase = "first token";
  rows.raises("A-9i", "Cannot use chat template functions because tokenizer.chat_template is not set", "single",
              "chat-template-missing", "generate", "failed")
      .phase = "first token";
  rows.raises("A-106", "[metal::malloc] Resource limit (499000) exceeded.", "pipeline-2", "metal-resource-limit",
              "generate", "failed")
      .phase = "first token";
  rows.row("A-42", "GPU timeout, signal", "pipeline-2", "metal-gpu-timeout", "first token", "crash").faults = {
      {0, "stderr:phase=generate,rank=1,text=" + metal +
              "Caused GPU Timeout Error (00000002:kIOGPUCommandBufferCallbackErrorTimeout)"},
      {0, "runner-killed:phase=generate,rank=1"}};
  rows.row("R-39", "GPU out of memory, signal", "pipeline-2", "metal-out-of-memory", "first token", "crash").faults = {
      {0, "stderr:phase=generate,rank=1,text=" + metal +
              "Insufficient Memory (00000008:kIOGPUCommandBufferCallbackErrorOutOfMemory)"},
      {0, "runner-killed:phase=generate,rank=1"}};
  rows.row("A-89", "runner killed in generation", "pipeline-2", "runner-sigkill", "first token", "crash").faults = {
      {0, "runner-killed:phase=generate,rank=1"}};
  rows.row("A-74", "keep-alives forever", "pipeline-2", "", "first token", "hang").faults = {{0, "keep-alive-forever"}};
  rows.hangs("A-84", "ranks dead-lock on a request", "tensor-2", "generate", 1).phase = "first token";
  rows.row("A-67", "stream is cut", "pipeline-2", "", "generate", "failed").faults = {{1, "cut-stream:after=3"}};
  rows.row("A-67b", "stream just ends", "pipeline-2", "", "generate", "failed").faults = {{1, "end-stream:after=3"}};
  rows.row("A-66", "error event in a 200", "pipeline-2", "metal-malloc-failed", "generate", "failed").faults = {
      {1, "error-in-stream:after=2,text=[malloc] Unable to allocate 123456 bytes."}};
  rows.row("A-40b", "API answers rubbish", "pipeline-2", "", "place", "failed").faults = {
      {1, "garbage:path=/place_instance"}};
}

void cabling(Rows& rows) {
  rows.cluster("v1.0.71", "tb4")
      .row("A-30", "Thunderbolt 4, no device: signal 11", "tensor-jaccl-2", "runner-sigsegv", "connect", "crash");
  rows.cluster("v1.0.71", "no-ipv4")
      .row("R-24g", "no IPv4 on the port", "tensor-jaccl-2", "jaccl-rtr-errno-22", "connect", "environment");
  rows.cluster("v1.0.71", "two-cables")
      .row("R-29", "crossed cables: the first collective never ends", "tensor-jaccl-2", "", "load", "hang");
  rows.cluster("main", "disabled-on-node")
      .row("A-24", "RDMA off on one node", "tensor-jaccl-2", "placement-no-rdma-cycle", "place", "environment");
  rows.cluster("v1.0.71", "none")
      .row("A-22b", "no RDMA at all", "tensor-jaccl-2", "placement-no-rdma-cycle", "place", "environment");
  rows.cluster("main", "none")
      .row("A-9j", "no Metal node", "tensor-jaccl-2", "placement-backend-mismatch", "place", "environment");
  rows.cluster("main", "mesh");
  FieldFailure& dies =
      rows.row("A-93", "a node dies in generation", "pipeline-2", "state-node-lost", "generate", "lost");
  dies.question = kLong, dies.costs_the_cluster = true;
  dies.faults = {{0, "slow-tokens:ms=100"}}, dies.at_token = {{2, "node-dies:ms=0"}};
  FieldFailure& freezes =
      rows.row("A-96", "a node freezes in generation", "pipeline-2", "state-node-lost", "generate", "lost");
  freezes.question = kLong, freezes.costs_the_cluster = true;
  freezes.or_signature = "state-node-silent";  // Of a master that freezes nobody tells the others.
  freezes.faults = {{0, "slow-tokens:ms=100"}}, freezes.at_token = {{2, "node-freezes:ms=0"}};
}

}  // namespace

std::vector<FieldFailure> field_failures() {
  Rows rows;
  joining(rows);
  loading(rows);
  placing(rows);
  answering(rows);
  cabling(rows);
  return rows.take();
}

}  // namespace exo_harness::proof
