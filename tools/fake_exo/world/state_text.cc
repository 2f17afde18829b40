#include <algorithm>
#include <functional>
#include <string>
#include <utility>

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

void State::append_tasks(std::string& out) const {
  char before = '{';
  for (const auto& [id, task] : tasks.items()) {
    std::string& text = task_texts_[id];
    if (text.empty()) text = json_string(id) + ":" + text_of(task);
    out += std::exchange(before, ',');
    out += text;
  }
  out += before == '{' ? "{}" : "}";
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

/// Each member of `/state`, in the order that Exo has them.
void State::each_member(const std::function<void(std::string_view, const Write&)>& each) const {
  const auto json = [&](const char* name, const Json& value) {
    each(name, [&](std::string& out) { out += text_of(value); });
  };
  const auto seldom = [&](const char* name, const std::function<std::string()>& write) {
    each(name, [&](std::string& out) { out += kept(name, write); });
  };
  const auto seldom_json = [&](const char* name, const Json& value) { seldom(name, [&] { return text_of(value); }); };
  json("instances", instances);
  json("runners", runners);
  seldom("downloads", [&] { return downloads_text(); });
  each("tasks", [&](std::string& out) { append_tasks(out); });
  each("lastSeen", [&](std::string& out) { out += last_seen_text(); });
  each("topology", [&](std::string& out) {
    out.append("{\"nodes\":").append(text_of(nodes)).append(",\"connections\":");
    out.append(connections().text()).append("}");
  });
  json("lastEventAppliedIdx", last_index);
  seldom_json("nodeIdentities", identities);
  each("nodeMemory", [&](std::string& out) { out += memory_text(); });
  seldom_json("nodeDisk", disk);
  json("nodeSystem", Json::object());
  seldom_json("nodeNetwork", network);
  seldom("nodeThunderbolt", [&] { return thunderbolt_text(); });
  seldom_json("nodeThunderboltBridge", bridge);
  seldom_json("nodeRdmaCtl", rdma_ctl);
  if (main_) seldom_json("nodeBackends", backends);
  json("thunderboltBridgeCycles", Json::array());
  if (main_) {
    for (const char* name : {"instanceLinks", "prefillServerPorts", "customModelCards"}) json(name, Json::object());
  }
}

std::string State::to_text() const {
  std::string out = "{";
  out.reserve(std::max(size_, connections().text().size()) + (64u << 10));
  each_member([&](std::string_view name, const Write& write) {
    if (out.size() > 1) out += ',';
    out.append("\"").append(name).append("\":");
    write(out);
  });
  out += '}';
  size_ = out.size();
  return out;
}

std::string State::member_text(std::string_view wanted) const {
  std::string out;
  each_member([&](std::string_view name, const Write& write) {
    if (name == wanted) write(out);
  });
  return out;
}

}  // namespace exo_harness::fake
