#include "exo_harness/cluster/state_diff.h"

#include <map>
#include <string>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {
namespace {

using journal::StateChange;
using Facts = std::map<std::string, StateChange>;  // By subject; `to` holds the present state.

StateChange fact(std::string part, std::string subject, std::string now, std::string detail = "") {
  StateChange change;
  change.part = std::move(part);
  change.subject = std::move(subject);
  change.to = std::move(now);
  change.detail = std::move(detail);
  return change;
}

Facts node_facts(const exo::State& state) {
  Facts facts;
  for (const std::string& id : state.nodes) {
    facts[id] = fact("node", id, "present");
    facts[id].node = id;
  }
  return facts;
}

Facts edge_facts(const exo::State& state) {
  Facts facts;
  for (const exo::Edge& edge : state.edges) {
    const bool rdma = edge.kind == exo::Edge::Kind::rdma;
    const std::string detail =
        rdma ? format("rdma {} {}", edge.source_iface, edge.sink_iface) : format("socket {}", edge.address);
    const std::string subject = edge.source + ">" + edge.sink;
    facts[subject + " " + detail] = fact("edge", subject, "present", detail);
  }
  return facts;
}

Facts instance_facts(const exo::State& state) {
  Facts facts;
  for (const auto& [id, instance] : state.instances) {
    const auto mode = exo::proven_mode(instance);
    facts[id] = fact("instance", id, "present",
                     format("{} {}", instance.model_id, mode ? to_string(*mode) : mode.failure().what));
    facts[id].instance = id;
  }
  return facts;
}

Facts runner_facts(const exo::State& state) {
  Facts facts;
  for (const auto& [id, instance] : state.instances) {
    for (const exo::Rank& rank : instance.ranks) {
      const auto runner = state.runners.find(rank.runner_id);
      if (runner == state.runners.end()) continue;
      const exo::Runner& r = runner->second;
      StateChange change = fact("runner", rank.runner_id, r.tag, r.error_message);
      if (r.layers_total > 0) change.to += format(" {}/{}", r.layers_loaded, r.layers_total);
      if (!r.diagnostics.empty()) change.detail += "\n" + join(r.diagnostics, "\n");
      change.instance = id;
      change.rank = rank.shard.rank;
      change.node = rank.node_id;
      facts[rank.runner_id] = change;
    }
  }
  return facts;
}

std::string word(exo::Download::Status status, const std::string& tag) {
  return status == exo::Download::Status::unknown ? tag : tag.substr(tag.starts_with("Download") ? 8 : 0);
}

Facts download_facts(const exo::State& state) {
  Facts facts;
  for (const exo::Download& d : state.downloads) {
    if (d.status == exo::Download::Status::pending) continue;  // Every known card that is not there has one.
    const std::string subject = d.node_id + ">" + d.model_id;
    facts[subject] = fact("download", subject, word(d.status, d.tag), d.error_message);
    facts[subject].node = d.node_id;
  }
  return facts;
}

Facts task_facts(const exo::State& state) {
  Facts facts;
  for (const exo::Task& task : state.tasks) {
    const std::string detail = task.kind + (task.error_message.empty() ? "" : ": " + task.error_message);
    facts[task.id] = fact("task", task.id, task.status, detail);
    facts[task.id].instance = task.instance_id;
  }
  return facts;
}

void compare(const Facts& before, const Facts& after, std::vector<StateChange>& changes) {
  for (const auto& [key, old] : before) {
    if (after.count(key) != 0) continue;
    StateChange gone = old;
    gone.from = old.to;
    gone.to.clear();
    gone.detail.clear();
    changes.push_back(gone);
  }
  for (const auto& [key, now] : after) {
    const auto old = before.find(key);
    if (old != before.end() && old->second.to == now.to && old->second.detail == now.detail) continue;
    StateChange change = now;
    if (old != before.end()) change.from = old->second.to;
    changes.push_back(change);
  }
}

}  // namespace

std::vector<StateChange> changes_between(const exo::State& before, const exo::State& after) {
  std::vector<StateChange> changes;
  for (const auto facts_of : {node_facts, edge_facts, instance_facts, runner_facts, download_facts, task_facts}) {
    compare(facts_of(before), facts_of(after), changes);
  }
  return changes;
}

}  // namespace exo_harness::cluster
