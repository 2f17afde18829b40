#include <algorithm>
#include <functional>
#include <string>

#include "json/json_text.h"
#include "world/state.h"

namespace exo_harness::fake {
namespace {

/// To a list, JSON, that is not closed yet.
void append_text(std::string& list, const std::string& item) {
  if (list.size() > 1) list += ',';
  list += item;
}

/// An object of node to what `write` makes of its value; empty: left out.
template <class Values, class Write>
std::string object_of(const Values& values, Write write) {
  std::string out = "{";
  for (const auto& [node, value] : values) {
    if (const std::string text = write(value); !text.empty()) append_text(out, json_string(node) + ":" + text);
  }
  return out + "}";
}

}  // namespace

/// The text of a member, as it was written the last time if nothing of it has changed since.
const std::string& State::kept(const char* name, const std::function<std::string()>& write) const {
  std::string& text = texts_[name];
  if (text.empty()) text = write();
  return text;
}

std::string State::downloads_text() const {
  return object_of(downloads_, [](const std::vector<Download>& all) {
    std::string list = "[";
    for (const Download& one : all) append_text(list, one.text);
    return list + "]";
  });
}

std::string State::last_seen_text() const {
  return object_of(last_seen_, json_string);
}

std::string State::memory_text() const {
  return object_of(memory_, [](const std::string& said) { return said; });
}

std::string State::thunderbolt_text() const {
  return object_of(thunderbolt_, [](const Thunderbolt& said) {
    return said.interfaces.empty() ? "" : "{\"interfaces\":" + said.interfaces + "}";
  });
}

std::string State::to_text() const {
  std::string out;
  const std::string& edges = connections().text();
  out.reserve(std::max(size_, edges.size()) + (64u << 10));
  const auto add = [&](const char* name, const std::string& value) {
    out += out.empty() ? "{\"" : ",\"";
    out.append(name).append("\":").append(value);
  };
  const auto add_kept = [&](const char* name, const Json& value) {
    add(name, kept(name, [&] { return text_of(value); }));
  };
  add("instances", text_of(instances));
  add("runners", text_of(runners));
  add("downloads", kept("downloads", [&] { return downloads_text(); }));
  add("tasks", text_of(tasks));
  add("lastSeen", last_seen_text());
  add("topology", "{\"nodes\":" + text_of(nodes) + ",\"connections\":");
  out.append(edges).append("}");
  add("lastEventAppliedIdx", std::to_string(last_index));
  add_kept("nodeIdentities", identities);
  add("nodeMemory", memory_text());
  add_kept("nodeDisk", disk);
  add("nodeSystem", "{}");
  add_kept("nodeNetwork", network);
  add("nodeThunderbolt", kept("nodeThunderbolt", [&] { return thunderbolt_text(); }));
  add_kept("nodeThunderboltBridge", bridge);
  add_kept("nodeRdmaCtl", rdma_ctl);
  if (main_) add_kept("nodeBackends", backends);
  add("thunderboltBridgeCycles", "[]");
  if (main_) {
    for (const char* name : {"instanceLinks", "prefillServerPorts", "customModelCards"}) add(name, "{}");
  }
  out += '}';
  size_ = out.size();
  return out;
}

}  // namespace exo_harness::fake
