#include "rdma_rows.h"

#include <algorithm>

#include "exo_harness/core/format.h"

namespace exo_harness::tools {
namespace {

const std::string kSamples = EXO_FIXTURES_DIR "/recordings/rdma-samples/";

// What hangs is waited for; the rest ends by itself.
const std::vector<std::string> kShortLimit = {"--limit", "2"};

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find(',', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

RdmaRow good(std::string name, std::string says, std::vector<std::string> arguments = {}) {
  RdmaRow row;
  row.name = std::move(name), row.ref = "-", row.arguments = std::move(arguments);
  row.verdict = "passed", row.exit_code = 0, row.says = std::move(says);
  return row;
}

// Rank 1 raises that text; the other rank only hears that the connection is gone.
RdmaRow raises(std::string name, std::string ref, const std::string& text, std::string signature,
               std::string verdict = "environment", const std::string& phase = "connect") {
  RdmaRow row;
  row.name = std::move(name), row.ref = std::move(ref), row.signature = std::move(signature);
  row.faults = {"runner-fails:phase=" + phase + ",rank=1,mode=tensor-jaccl,text=" + escaped(text)};
  row.verdict = verdict, row.exit_code = verdict == "environment" ? 3 : 1;
  row.phase = phase;
  row.step = phase == "connect" ? "Connect" : phase == "load" ? "Load" : "WarmUp";
  row.says = row.signature;
  return row;
}

RdmaRow hangs(std::string name, std::string ref, const std::string& phase, int rank, std::string step,
              std::string shown_phase) {
  RdmaRow row;
  row.name = std::move(name), row.ref = std::move(ref), row.step = std::move(step);
  const std::string which = rank < 0 ? "" : format(",rank={}", rank);
  row.faults = {format("runner-hangs:phase={}{},mode=tensor-jaccl", phase, which)};
  row.verdict = "hang", row.exit_code = 1, row.phase = std::move(shown_phase), row.says = "did not end";
  row.arguments = kShortLimit;
  return row;
}

RdmaRow unfit(std::string name, std::string ref, std::string says, std::string signature,
              std::vector<std::string> arguments = {}) {
  RdmaRow row;
  row.name = std::move(name), row.ref = std::move(ref), row.says = std::move(says),
  row.signature = std::move(signature);
  row.arguments = std::move(arguments);
  row.verdict = "environment", row.exit_code = 3, row.step = "Preflight", row.phase = "preflight";
  return row;
}

// What the tools of a Mac answered, as recorded.
RdmaRow on_this_mac(std::string name, std::string ref, const std::string& sample, std::string says,
                    std::string signature) {
  return unfit(std::move(name), std::move(ref), std::move(says), std::move(signature),
               {"--local-answers", kSamples + sample + ".commands.json"});
}

// The dry run says no: to the second question, as the first is for one node.
RdmaRow refused(std::string name, std::string ref, const std::string& text, std::string signature) {
  RdmaRow row;
  row.name = std::move(name), row.ref = std::move(ref), row.signature = std::move(signature);
  row.faults = {"status:skip=1,path=/instance/placement,code=400,text=" + escaped(text)};
  row.verdict = "environment", row.exit_code = 3, row.step = "Place", row.phase = "place";
  row.says = "JACCL not possible here";
  return row;
}

RdmaRow other(std::string name, std::string ref, std::vector<std::string> faults, std::string verdict, std::string step,
              std::string phase, std::string signature, std::string says) {
  RdmaRow row;
  row.name = std::move(name), row.ref = std::move(ref), row.faults = std::move(faults), row.verdict = verdict;
  row.exit_code = verdict == "environment" ? 3 : 1;
  row.step = std::move(step), row.phase = std::move(phase), row.signature = std::move(signature);
  row.says = std::move(says);
  if (row.verdict == "hang") row.arguments = kShortLimit;
  return row;
}

RdmaCluster joining_v1() {
  const std::string rtr = "[jaccl] Changing queue pair to RTR failed with errno ";
  RdmaCluster cluster{"JoiningV1"};
  cluster.rows = {
      good("Healthy", "PASSED: Tensor/MlxJaccl/2 works"),
      raises("NoPeerAddress", "A-26 R-24", rtr + "22", "jaccl-rtr-errno-22"),
      raises("IdleOverNight", "A-27 R-26", rtr + "96", "jaccl-rtr-errno-96"),
      raises("OldConnection", "A-28 R-27", rtr + "16", "jaccl-rtr-errno-16"),
      raises("WrongCable", "A-29 R-25", rtr + "60", "jaccl-rtr-errno-60"),
      raises("OtherErrno", "R-24", rtr + "65", "jaccl-rtr-failed"),
      raises("DeviceHeld", "R-19", "[jaccl] Could not open device rdma_en4", "jaccl-open-device-failed"),
      raises("EleventhQueuePair", "A-28 R-21", "[jaccl] Couldn't create queue pair", "jaccl-queue-pair-limit"),
      raises("TooManyRegions", "R-22", "[jaccl] Register memory region failed", "jaccl-memory-region-limit"),
      raises("MalformedFile", "A-25 R-10", "[jaccl] Malformed device file", "jaccl-malformed-device-file", "failed"),
      raises("PortInUse", "R-11", "[jaccl] Couldn't bind socket (error: 48)", "jaccl-bind-failed"),
      raises("NoPermission", "R-13", "[jaccl] Couldn't connect (error: 60)", "jaccl-connect-timeout"),
      raises("NoRoute", "R-13", "[jaccl] Couldn't connect (error: 65)", "jaccl-connect-no-route"),
      raises("RankZeroDied", "R-14", "[jaccl] Couldn't connect (error: 61)", "jaccl-connect-failed", "failed"),
      raises("Ipv6Coordinator", "R-15", "Can't parse address fe80::1:52000", "jaccl-coordinator-unparsable")};
  RdmaRow leaked =
      raises("LeakedDomains", "A-31 R-20 R-42", "[jaccl] Couldn't allocate protection domain", "jaccl-alloc-pd-failed");
  leaked.faults.emplace_back("log-lines:phase=connect,rank=0,text=[jaccl] Recv failed with errno=2");
  cluster.rows.push_back(leaked);
  return cluster;
}

RdmaCluster joining_main() {
  RdmaCluster cluster{"JoiningMain", "main"};
  cluster.rows = {
      good("Healthy", "PASSED: Tensor/MlxJaccl/2 works"),
      raises("QueuePairToInit", "R-24", "[jaccl] Changing queue pair to INIT failed with errno 22",
             "jaccl-init-rts-failed"),
      raises("NoSuchDevice", "R-17", "[jaccl] Could not find device rdma_en3 (0 available)", "jaccl-device-not-found"),
      raises("NoMappedGid", "R-23", "[jaccl] No IPv4-mapped GID for this device. Assign an address",
             "jaccl-no-ipv4-gid"),
      raises("QueuePairBusy", "A-28 R-21", "[jaccl] Creating the queue pair failed with 'Resource busy (16)'.",
             "jaccl-queue-pair-limit"),
      raises("NoCompletionQueue", "R-20", "[jaccl] Couldn't create completion queue", "jaccl-resources-exhausted"),
      raises("BuiltWithoutJaccl", "A-9", "Cannot initialize jaccl distributed backend.", "jaccl-not-built"),
      raises("NoValidMesh", "A-9", "[jaccl] The configuration should define a valid mesh or a valid ring.",
             "jaccl-bad-config", "failed"),
      raises("UnknownBackend", "A-9",
             "The only valid values for backend are 'any' and 'ring' but 'jaccl' was provided.",
             "jaccl-backend-unknown"),
      raises("NoFenceKernel", "A-124", "[metal::Device] Unable to load kernel fence_update",
             "warmup-metal-fence-kernel", "environment", "warm-up"),
      raises("ShapesDoNotFit", "A-46", "[broadcast_shapes] Shapes (1,32,1,128) and (1,16,1,128) cannot be broadcast.",
             "warmup-broadcast-shapes", "failed", "warm-up"),
      raises("CannotShard", "A-38", "The input of size 29 cannot be sharded across 2 devices.", "load-cannot-shard",
             "failed", "load")};
  // What no signature knows is shown as it is; what fails after `ready` is no matter of sharding.
  cluster.rows.push_back(other("UnknownException", "-",
                               {"runner-fails:phase=warm-up,rank=1,mode=tensor-jaccl,type=FooError,text=no bar"},
                               "failed", "WarmUp", "warm-up", "runner-terminated-exitcode", "raised FooError: no bar"));
  cluster.rows.push_back(other("UnknownOnOneNode", "-", {"runner-fails:phase=warm-up,type=FooError,text=no bar"},
                               "failed", "OneNode", "warm-up", "runner-terminated-exitcode",
                               "raised FooError: no bar"));
  cluster.rows.push_back(other("BatchOutOfStep", "-",
                               {"runner-fails:phase=generate,mode=tensor-jaccl,type=ValueError,text=" +
                                escaped("[broadcast_shapes] Shapes (1,1,1,0) and (1,16,1,214) cannot be broadcast.")},
                               "failed", "Answer", "*", "generate-broadcast-shapes", "one request at a time"));
  RdmaRow hybrid = raises("HybridLayers", "classic", "", "classic-jaccl-hybrid-layers", "failed");
  hybrid.faults.clear(), hybrid.arguments = {"--model", "classic-jaccl-hybrid"};
  cluster.rows.push_back(hybrid);
  return cluster;
}

RdmaCluster hanging() {
  RdmaCluster cluster{"Hanging"};
  cluster.rows = {
      hangs("NobodyConnects", "R-12", "connect", 1, "Connect", "connect"),
      hangs("StuckLoading", "A-34", "load", 1, "Load", "load"),
      hangs("FirstCollective", "R-29", "collective", -1, "FirstCollective", "load"),
      hangs("StuckInWarmUp", "A-33 R-30", "warm-up", 0, "WarmUp", "warm-up"),
      other("NoToken", "R-36", {"keep-alive-forever:skip=1"}, "hang", "Answer", "first token", "", "did not end"),
      other("PlacementDropped", "A-40", {"drop-placement:skip=1"}, "hang", "Place", "place", "", "did not end")};
  return cluster;
}

RdmaCluster answering() {
  RdmaCluster cluster{"Answering"};
  cluster.rows = {
      other("SilentFallback", "A-22 A-23", {"wrong-mode"}, "failed", "Place", "place", "", "silent fallback"),
      other("WrongAnswers", "A-47 R-32", {"wrong-answers:where=multi"}, "failed", "SameAsOneNode", "generate", "",
            "differs from that of one node"),
      other("OneWrongAnswer", "R-33", {"wrong-answers:where=multi,skip=3,times=1"}, "failed", "Repetitions", "generate",
            "", "1 of 5 failed; repetition 3"),
      other("OneCrash", "R-35",
            {"runner-fails:phase=generate,mode=tensor-jaccl,rank=0,skip=2,times=1,text=[jaccl] Send "
             "failed with error code 5"},
            "failed", "Repetitions", "first token", "jaccl-post-failed", "1 of 5 failed; repetition 2"),
      other("CutAnswer", "A-67", {"cut-stream:skip=1,after=2"}, "failed", "Answer", "*", "", "answer failed"),
      refused("NotAllToAll", "A-16 R-6", "Current jaccl backend requires all-to-all RDMA connections",
              "placement-jaccl-not-all-to-all"),
      refused("NoCoordinator", "A-12",
              "Current jaccl backend requires all participating devices to be able to communicate",
              "placement-jaccl-no-coordinator-ip"),
      refused("NoCycle", "A-22 R-7", "Requested RDMA (MlxJaccl) but no RDMA-connected cycles available",
              "placement-no-rdma-cycle"),
      refused("NoMemory", "A-14", "No cycles found with sufficient memory", "placement-no-memory")};
  RdmaRow cable = other("CablePulled", "A-44 R-45", {"slow-tokens:ms=60"}, "environment", "Repetitions", "generate", "",
                        "RDMA edges were lost");
  cable.late_step = "Repetitions", cable.late_fault = "2@cable-out";
  cluster.rows.push_back(cable);
  return cluster;
}

RdmaCluster on_a_mac() {
  RdmaCluster cluster{"OnThisMac"};
  cluster.rows = {
      good("Healthy", "PASSED", {"--local-answers", kSamples + "healthy-2node/studio-a.commands.json"}),
      on_this_mac("RdmaCtlDisabled", "R-1", "rdma-disabled/studio-b", "rdma-enabled", "preflight-rdma-ctl-disabled"),
      on_this_mac("PeerHasRdmaOff", "R-4", "rdma-disabled/studio-a", "peer-rdma", "preflight-rdma-ctl-disabled"),
      on_this_mac("NoDevice", "R-2 A-30", "no-device/mini-e", "rdma-devices", "preflight-thunderbolt-4-host"),
      on_this_mac("PortDown", "R-4", "port-down/studio-a", "PORT_DOWN", "jaccl-alloc-pd-failed"),
      on_this_mac("NoMappedGid", "R-23 R-24", "no-ipv4-gid/studio-a", "ipv4-gid", "jaccl-rtr-errno-22"),
      on_this_mac("BridgeMember", "A-13 R-24", "bridge-with-members/studio-a", "ipv4-gid", "jaccl-rtr-errno-22"),
      on_this_mac("CableOf40G", "A-17", "tb4-cable/studio-a", "cable-speed", "preflight-link-40g"),
      on_this_mac("MacBehindHub", "R-5", "peer-behind-dock/studio-a", "direct-cable", "placement-no-rdma-cycle")};
  return cluster;
}

// A cluster of one scenario, which is the failure itself.
RdmaCluster scenario(std::string name, std::string generation, std::string rdma, std::vector<RdmaRow> rows,
                     int nodes = 2) {
  return {std::move(name), std::move(generation), std::move(rdma), nodes, "", std::move(rows)};
}

// Placed in spite of the preflight: what comes of it is the environment's, and has its own signature.
RdmaRow anyway(std::string name, std::string ref, std::string step) {
  RdmaRow row = unfit(std::move(name), std::move(ref), "JACCL not possible here", "", {"--anyway"});
  row.says = "FAIL " + step;
  row.signature = "*";
  if (step == "first collective") row.arguments.insert(row.arguments.end(), kShortLimit.begin(), kShortLimit.end());
  return row;
}

void add_scenarios(std::vector<RdmaCluster>& all) {
  const std::string no = "JACCL not possible here";
  all.push_back(scenario("LinuxV1", "v1.0.71", "none", {unfit("NoRdma", "A-22", no, "preflight-rdma-ctl-disabled")}));
  all.push_back(scenario("LinuxMain", "main", "none", {unfit("NoMetal", "A-9", no, "placement-backend-mismatch")}));
  all.push_back(scenario("DisabledV1", "v1.0.71", "disabled-on-node",
                         {unfit("RdmaOff", "A-24 R-1", "rdma-enabled", "preflight-rdma-ctl-disabled"),
                          anyway("RdmaOffAnyway", "A-24", "connect")}));
  all.push_back(scenario("DisabledMain", "main", "disabled-on-node",
                         {unfit("RdmaOff", "A-24 R-1", "rdma-enabled", "preflight-rdma-ctl-disabled"),
                          anyway("RdmaOffAnyway", "A-24", "place")}));
  all.push_back(scenario("Unreported", "v1.0.71", "unknown-ctl",
                         {unfit("NothingReported", "R-1", "not reported", "preflight-rdma-ctl-disabled")}));
  all.push_back(scenario("Hub", "v1.0.71", "one-direction",
                         {unfit("MissingDirection", "A-16 R-5", "rdma-mesh", "placement-no-rdma-cycle")}));
  all.push_back(scenario("MissingLink", "v1.0.71", "missing-link",
                         {unfit("NoCable", "A-16 A-18 R-6", "rdma-mesh", "placement-no-rdma-cycle")}, 3));
  all.push_back(scenario("Thunderbolt4", "v1.0.71", "tb4",
                         {unfit("OldPorts", "A-17 R-2", "thunderbolt-5", "preflight-thunderbolt-4-host"),
                          anyway("OldPortsAnyway", "A-30 R-16", "connect")}));
  all.push_back(
      scenario("OldCable", "v1.0.71", "tb4-cable", {unfit("CableOf40G", "A-17", "link-speed", "preflight-link-40g")}));
  all.push_back(scenario("Builds", "v1.0.71", "different-builds",
                         {unfit("DifferentBuilds", "R-46", "builds-equal", "jaccl-rtr-errno-22")}));
  all.push_back(scenario(
      "NoAddress", "v1.0.71", "no-ipv4",
      {unfit("NoIpv4", "A-26 R-24", "port-address", "jaccl-rtr-errno-22"), anyway("NoIpv4Anyway", "A-26", "connect")}));
  all.push_back(scenario("GatherFailed", "v1.0.71", "gather-failed",
                         {unfit("NoPorts", "R-6", "thunderbolt-known", "discovery-thunderbolt-gather-failed")}));
  all.push_back(scenario("Bridge", "v1.0.71", "bridge-on", {good("BridgeWithAddresses", "thunderbolt-bridge")}));
  all.push_back(scenario("OneMac", "v1.0.71", "mesh",
                         {unfit("SingleNode", "A-23", "a single node", "placement-no-rdma-cycle")}, 1));
  RdmaRow crossed = unfit("CrossedCables", "R-29", "jaccl-matrix", "placement-jaccl-crossed-cables");
  crossed.step = "DeviceMatrix";
  RdmaRow crossed_anyway = anyway("CrossedCablesAnyway", "R-29", "first collective");
  crossed_anyway.step = "DeviceMatrix";
  all.push_back(scenario("TwoCables", "v1.0.71", "two-cables", {crossed, crossed_anyway}));
  RdmaRow unstaged = unfit("ModelNotThere", "A-36", "model-staged", "load-config-broken");
  RdmaCluster dying = scenario("Dying", "v1.0.71", "mesh",
                               {other("KilledInWarmUp", "A-29", {"2@runner-killed:phase=warm-up,mode=tensor-jaccl"},
                                      "crash", "WarmUp", "warm-up", "runner-sigkill", "crashed")});
  dying.speed = 0.15;
  all.push_back(dying);
  all.push_back({"Unstaged", "v1.0.71", "mesh", 2, "2@missing-model", {unstaged}});
  RdmaRow lost =
      other("NodeLost", "R-36 A-93", {"slow-tokens:ms=150"}, "lost", "Answer", "*", "state-node-lost", "lost a node");
  lost.late_step = "Answer", lost.late_fault = "2@node-dies";
  RdmaCluster losing = scenario("LosesANode", "main", "mesh", {lost});
  losing.news_seconds = 8;  // A lost node is noticed last.
  all.push_back(losing);
}

// The state keeps every task, and each look at it costs more: after some rows a new cluster is quicker.
void add_parts(const RdmaCluster& cluster, std::vector<RdmaCluster>& parts) {
  constexpr std::size_t kRows = 4;
  for (std::size_t first = 0; first < cluster.rows.size(); first += kRows) {
    RdmaCluster part = cluster;
    if (cluster.rows.size() > kRows) part.name += format("{}", first / kRows + 1);
    const auto begin = cluster.rows.begin() + static_cast<std::ptrdiff_t>(first);
    part.rows.assign(begin, begin + static_cast<std::ptrdiff_t>(std::min(kRows, cluster.rows.size() - first)));
    parts.push_back(part);
  }
}

}  // namespace

std::vector<RdmaCluster> rdma_clusters() {
  std::vector<RdmaCluster> all = {joining_v1(), joining_main(), hanging(), answering(), on_a_mac()};
  add_scenarios(all);
  std::vector<RdmaCluster> parts;
  for (const RdmaCluster& cluster : all) add_parts(cluster, parts);
  return parts;
}

}  // namespace exo_harness::tools
