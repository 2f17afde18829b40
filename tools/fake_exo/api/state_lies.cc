// A state that is changed on its way, one thing at a time. Each is what a suite has to find out.
#include "api/state_lies.h"

#include <algorithm>
#include <cstdint>

#include "api/instance_lies.h"

namespace exo_harness::fake {
namespace {

void add_bytes(Json& count, int more) {
  count["inBytes"] = count["inBytes"].get<std::int64_t>() + more;
}

void nodes_twice(Json& state) {
  Json& nodes = state["topology"]["nodes"];
  if (!nodes.empty()) nodes.push_back(nodes.front());
}

// Of the first node that has one to somewhere.
void edge_missing(Json& state) {
  for (auto& [from, to] : state["topology"]["connections"].items()) {
    if (to.empty()) continue;
    to.erase(to.begin());
    return;
  }
}

// Of each node, so that all of them show the same.
void edge_to_nobody(Json& state) {
  for (auto& [from, to] : state["topology"]["connections"].items()) {
    if (to.empty()) continue;
    const Json edge = to.begin().value();
    to[kNobody] = edge;
  }
}

void iface_of_nobody(Json& state) {
  for (auto& [node, said] : state["nodeThunderbolt"].items())
    for (Json& port : said["interfaces"]) port["rdmaInterface"] = "rdma_en99";
}

void ready_runners(Json& state) {
  for (auto& [id, status] : state["runners"].items())
    if (!status.contains("RunnerShutdown")) status = {{"RunnerReady", Json::object()}};
}

void failed_runner(Json& state) {
  if (!state["runners"].empty())
    state["runners"].begin().value() = {{"RunnerFailed", {{"errorMessage", "the weights are gone"}}}};
}

void no_runners(Json& state) {
  state["runners"] = Json::object();
}

// Whatever was once there is there for ever.
void deleted_stays(Json& state) {
  static Json kOnce = Json::object(), kRunners = Json::object();
  kOnce.update(state["instances"]);
  kRunners.update(state["runners"]);
  state["instances"].update(kOnce);
  for (auto& [id, status] : kRunners.items())
    if (!state["runners"].contains(id)) state["runners"][id] = status;
}

void index_back(Json& state) {
  static std::int64_t looks = 0;
  state["lastEventAppliedIdx"] = 1'000'000 - ++looks;
}

void memory_more(Json& state) {
  for (auto& [node, memory] : state["nodeMemory"].items())
    memory["ramAvailable"]["inBytes"] = memory["ramTotal"]["inBytes"].get<std::int64_t>() + 1;
}

void memory_negative(Json& state) {
  for (auto& [node, memory] : state["nodeMemory"].items()) memory["ramAvailable"]["inBytes"] = -1;
}

void memory_nothing(Json& state) {
  for (auto& [node, memory] : state["nodeMemory"].items()) {
    memory["ramTotal"]["inBytes"] = 0;
    memory["ramAvailable"]["inBytes"] = 0;
  }
}

template <class Change>
void each_download(Json& state, Change change) {
  for (auto& [node, list] : state["downloads"].items())
    for (Json& tagged : list) change(tagged);
}

// What is not there at all is told as complete.
void download_complete(Json& state) {
  each_download(state, [](Json& tagged) {
    if (tagged.contains("DownloadCompleted")) return;
    Json body = tagged.begin().value();
    body["total"] = {{"inBytes", 729'808'896}};
    body.erase("downloaded");
    body.erase("downloadProgress");
    tagged = {{"DownloadCompleted", body}};
  });
}

void download_elsewhere(Json& state) {
  each_download(state, [](Json& tagged) {
    if (tagged.begin().value().contains("modelDirectory")) tagged.begin().value()["modelDirectory"] = "/tmp/other--one";
  });
}

// Other bytes on each node.
void download_sizes(Json& state) {
  int more = 0;
  for (auto& [node, list] : state["downloads"].items()) {
    ++more;
    for (Json& tagged : list)
      if (tagged.contains("DownloadCompleted")) add_bytes(tagged["DownloadCompleted"]["total"], more);
  }
}

void seen_yesterday(Json& state) {
  for (auto& [node, when] : state["lastSeen"].items()) when = "2025-01-01T00:00:00.000000Z";
}

void last_seen_frozen(Json& state) {
  static const Json kFirst = state["lastSeen"];
  state["lastSeen"] = kFirst;
}

const StateChanges& cluster_changes() {
  static const StateChanges kChanges = {
      {"deleted-stays", deleted_stays},
      {"download-complete", download_complete},
      {"download-elsewhere", download_elsewhere},
      {"download-sizes", download_sizes},
      {"edge-missing", edge_missing},
      {"edge-to-nobody", edge_to_nobody},
      {"failed-runner", failed_runner},
      {"iface-of-nobody", iface_of_nobody},
      {"index-back", index_back},
      {"last-seen", last_seen_frozen},
      {"memory-more", memory_more},
      {"memory-negative", memory_negative},
      {"memory-nothing", memory_nothing},
      {"no-runners", no_runners},
      {"nodes-twice", nodes_twice},
      {"ready-runners", ready_runners},
      {"seen-yesterday", seen_yesterday},
      {"unknown-key", [](Json& state) { state["nodeMood"] = Json::object(); }},
  };
  return kChanges;
}

Json with_impossible_preview(Json previews) {
  for (std::size_t i = previews.size(); i-- > 0;) {
    if (previews[i]["instance"].is_null()) continue;
    Json row = previews[i];
    for (Json& runner : row["instance"].begin().value()["shardAssignments"]["runnerToShard"])
      runner.begin().value()["worldSize"] = 7;
    for (Json& bytes : row["memory_delta_by_node"]) bytes = std::int64_t{1'000'000'000'000'000};
    previews.push_back(row);
    break;
  }
  return previews;
}

const StateChanges& changes() {
  static const StateChanges kChanges = [] {
    StateChanges all = instance_changes();
    all.insert(cluster_changes().begin(), cluster_changes().end());
    return all;
  }();
  return kChanges;
}

}  // namespace

const std::vector<std::string>& known_state_lies() {
  static const std::vector<std::string> kKnown = [] {
    std::vector<std::string> names;
    for (const auto& [name, change] : changes()) names.push_back(name);
    return names;
  }();
  return kKnown;
}

std::optional<Json> with_state_lies(const State& state, Faults& faults) {
  std::optional<Json> told;
  if (faults.find("lies") == nullptr) return told;  // Each look of each node comes here.
  for (const auto& [name, change] : changes()) {
    if (!faults.take("lies", {{"about", name}})) continue;
    if (!told) told = state.to_json();
    change(*told);
  }
  return told;
}

Json with_preview_lies(Json previews, Faults& faults) {
  const auto about = [&](const char* what) { return faults.take("lies", {{"about", what}}).has_value(); };
  if (about("previews")) previews = with_impossible_preview(std::move(previews));
  for (Json& row : previews) {
    if (row["instance"].is_null()) continue;
    Json& instance = row["instance"].begin().value();
    if (about("preview-of-nobody")) put_on_nobody(instance);
    if (about("preview-without-reason")) row["instance"] = nullptr;
  }
  return previews;
}

}  // namespace exo_harness::fake
