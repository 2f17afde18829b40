// From the text of `/state` to State, part by part. What is not used is checked and skipped; what is kept is counted,
// so that no text takes more than the limit of KeptBytes, whatever it holds.
#include "state_reader.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/version.h"

#include "json_slices.h"
#include "kept_bytes.h"

namespace exo_harness::exo {

namespace {

constexpr std::array<std::string_view, 2> kTopology{"nodes", "connections"};

constexpr std::array<std::string_view, 20> kMembers{"instances",
                                                    "runners",
                                                    "downloads",
                                                    "tasks",
                                                    "lastSeen",
                                                    "topology",
                                                    "nodeIdentities",
                                                    "nodeMemory",
                                                    "nodeDisk",
                                                    "lastEventAppliedIdx",
                                                    "nodeSystem",
                                                    "nodeNetwork",
                                                    "nodeRdmaCtl",
                                                    "nodeThunderbolt",
                                                    "nodeThunderboltBridge",
                                                    "nodeBackends",
                                                    "thunderboltBridgeCycles",
                                                    "instanceLinks",
                                                    "prefillServerPorts",
                                                    "customModelCards"};

using Parts = std::map<std::string, std::string_view>;

bool is_there(std::string_view value) {
  return !value.empty() && value != "null";
}

std::string_view found_in(const Parts& parts, std::string_view key) {
  const auto found = parts.find(std::string(key));
  return found == parts.end() || !is_there(found->second) ? std::string_view() : found->second;
}

std::string_view needed_of(const Parts& parts, std::string_view key, const std::string& pointer) {
  const std::string_view value = found_in(parts, key);
  if (value.empty()) throw ShapeError{pointer, format("the member '{}' is missing or null", key), ""};
  return value;
}

/// At most kMostUnknown, then how many are left out.
void note(Unknown& unknown, Unknown&& more) {
  for (std::string& pointer : more) {
    if (unknown.size() == kMostUnknown) unknown.push_back("and more");
    if (unknown.size() > kMostUnknown) return;
    unknown.push_back(shorten(pointer, 1000));
  }
}

/// The members of an object under the names that this version knows, in camelCase; the others are checked and noted.
template <std::size_t N>
Parts known_parts(std::string_view object, const std::string& pointer, const std::array<std::string_view, N>& names,
                  Unknown& unknown) {
  Parts parts;
  for (const auto& [key, value] : members_of(object, pointer)) {
    const auto known = std::find_if(names.begin(), names.end(),
                                    [&, &key = key](std::string_view name) { return same_key(name, key); });
    if (known != names.end()) {
      parts.insert_or_assign(std::string(*known), value);
      continue;
    }
    check_part(value, pointer + pointer_step(key));
    note(unknown, {pointer + pointer_step(key)});
  }
  return parts;
}

void read_nodes(std::string_view nodes, Topology& out, KeptBytes& kept) {
  each_item(nodes, "/topology/nodes", [&](std::size_t i, std::string_view item) {
    const std::string at = format("/topology/nodes/{}", i);
    const Json json = parse_part(item, at);
    out.nodes.push_back(Node(json, at).text());
    kept.add(kept_bytes(out.nodes.back()), at);
  });
}

void read_edges(std::string_view connections, Topology& out, KeptBytes& kept) {
  for (const auto& [source, sinks] : members_of(connections, "/topology/connections")) {
    const std::string from = "/topology/connections" + pointer_step(source);
    for (const auto& [sink, list] : members_of(sinks, from)) {
      const std::string pair = from + pointer_step(sink);
      each_item(list, pair, [&, &source = source, &sink = sink](std::size_t i, std::string_view item) {
        const std::string at = format("{}/{}", pair, i);
        Unknown unknown;
        const Json json = parse_part(item, at);
        Edge edge = read_edge(Node(json, at), unknown);
        edge.source = source;
        edge.sink = sink;
        kept.add(kept_bytes(edge), at);
        out.edges.push_back(std::move(edge));
        note(out.unknown, std::move(unknown));
      });
    }
  }
}

}  // namespace

StateReader::StateReader(std::string_view text) {
  members_ = known_parts(text, "", kMembers, unknown_);
}

std::string_view StateReader::find(std::string_view key) const {
  return found_in(members_, key);
}

template <class Read>
void StateReader::each_member(std::string_view key, Read read) {
  const std::string_view map = find(key);
  if (map.empty()) return;
  const std::string pointer = pointer_step(key);
  for (const auto& [id, value] : members_of(map, pointer)) {
    const std::string at = pointer + pointer_step(id);
    Unknown unknown;
    const Json json = parse_part(value, at);
    read(id, Node(json, at), unknown);
    note(unknown_, std::move(unknown));
  }
}

std::string_view StateReader::topology_text() const {
  return needed_of(members_, "topology", "");
}

Topology StateReader::topology() const {
  Topology out;
  KeptBytes kept;
  const Parts parts = known_parts(topology_text(), "/topology", kTopology, out.unknown);
  read_nodes(needed_of(parts, "nodes", "/topology"), out, kept);
  read_edges(needed_of(parts, "connections", "/topology"), out, kept);
  return out;
}

void StateReader::read_work(State& state) {
  needed_of(members_, "instances", "");
  each_member("instances", [&](const std::string& id, const Node& value, Unknown& unknown) {
    Instance instance = read_instance(value, id, unknown);
    kept_.add(kept_bytes(instance), value.pointer());
    state.instances[id] = std::move(instance);
  });
  needed_of(members_, "runners", "");
  each_member("runners", [&](const std::string& id, const Node& value, Unknown& unknown) {
    Runner runner = read_runner(value, id, unknown);
    kept_.add(kept_bytes(runner), value.pointer());
    state.runners[id] = std::move(runner);
  });
}

void StateReader::read_tasks(State& state, KeptParts& kept) {
  std::map<std::string, KeptTask> before = std::exchange(kept.tasks, {});
  const std::string_view map = find("tasks");
  if (map.empty()) return;
  const bool is_kept = map.size() <= StateMemory::Kept::kMostText;
  for (const auto& [id, value] : members_of(map, "/tasks")) {
    const std::string at = "/tasks" + pointer_step(id);
    KeptTask task;
    if (const auto known = before.find(id); known != before.end() && known->second.text == value) {
      task = std::move(known->second);
    } else {
      const Json json = parse_part(value, at);
      task.task = read_task(Node(json, at), id, task.unknown);
      if (is_kept) task.text = value;
    }
    kept_.add(kept_bytes(task.task), at);
    note(unknown_, Unknown(task.unknown));
    state.tasks.push_back(task.task);
    if (is_kept) kept.tasks.emplace_hint(kept.tasks.end(), id, std::move(task));
  }
}

KeptDownloads StateReader::downloads_of(std::string_view map) {
  KeptDownloads out;
  for (const auto& [node_id, list] : members_of(map, "/downloads")) {
    const std::string of_node = "/downloads" + pointer_step(node_id);
    each_item(list, of_node, [&, &node_id = node_id](std::size_t i, std::string_view item) {
      const std::string at = format("{}/{}", of_node, i);
      Unknown unknown;
      const Json json = parse_part(item, at);
      out.downloads.push_back(read_download(Node(json, at), node_id, unknown));
      kept_.add(kept_bytes(out.downloads.back()), at);
      note(out.unknown, std::move(unknown));
    });
  }
  return out;
}

void StateReader::read_downloads(State& state, KeptDownloads& kept) {
  const std::string_view map = find("downloads");
  KeptDownloads downloads = std::exchange(kept, {});
  if (map.empty()) return;
  if (map != downloads.text) {
    downloads = downloads_of(map);
  } else {
    for (const Download& download : downloads.downloads) kept_.add(kept_bytes(download), "/downloads");
  }
  note(unknown_, Unknown(downloads.unknown));
  state.downloads = downloads.downloads;
  if (map.size() > StateMemory::Kept::kMostText) return;
  downloads.text = map;
  kept = std::move(downloads);
}

void StateReader::read_facts(State& state) {
  for (const auto& [key, value] : members_) {
    const ReadFacts read = reader_of_facts(key);
    if (read == nullptr) continue;
    each_member(key, [&, &key = key](const std::string& id, const Node& value, Unknown& unknown) {
      NodeFacts& facts = state.facts[id];
      facts.id = id;
      if (!value.json().is_null()) read(facts, value, unknown);
      kept_.add(kept_bytes(facts, key), value.pointer());
    });
  }
}

void StateReader::read_rest(State& state) {
  if (const std::string_view cycles = find("thunderboltBridgeCycles"); !cycles.empty()) {
    const std::string pointer = "/thunderboltBridgeCycles";
    const Json json = parse_part(cycles, pointer);
    for (const Node& cycle : Node(json, pointer).items()) state.thunderbolt_bridge_cycles.push_back(cycle.texts());
    kept_.add(cycles.size() * 8, pointer);  // A text of a byte takes 32.
  }
  if (const std::string_view index = find("lastEventAppliedIdx"); !index.empty()) {
    const Json json = parse_part(index, "/lastEventAppliedIdx");
    state.last_event_index = Node(json, "/lastEventAppliedIdx").integer(-1, std::numeric_limits<std::int64_t>::max());
  }
  for (const char* unused : {"nodeSystem", "instanceLinks", "prefillServerPorts", "customModelCards"}) {
    if (const std::string_view value = find(unused); !value.empty()) check_part(value, pointer_step(unused));
  }
}

Generation StateReader::generation(const std::vector<std::string>& nodes) const {
  if (find("nodeBackends").empty()) return Generation::v1_0_71;
  const auto sign = nodes.empty() ? std::nullopt : sign_of_node_id(nodes.front());
  return sign && sign->range.from ? Generation::zenoh : Generation::main;
}

State StateReader::read(Topology&& topology, KeptParts& kept) {
  State state;
  read_work(state);
  read_tasks(state, kept);
  read_downloads(state, kept.downloads);
  read_facts(state);
  read_rest(state);
  state.generation = generation(topology.nodes);
  state.nodes = std::move(topology.nodes);
  state.edges = std::move(topology.edges);
  state.unknown = std::move(unknown_);
  note(state.unknown, std::move(topology.unknown));
  return state;
}

}  // namespace exo_harness::exo
