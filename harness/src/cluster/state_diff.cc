#include "exo_harness/cluster/state_diff.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <tuple>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {
namespace {

using journal::StateChange;
using Facts = std::map<std::string, StateChange>;  // By subject; `to` holds the present state.

constexpr std::size_t kMostChanges = 200;  // Of one part, in one look.

StateChange fact(std::string part, std::string subject, std::string now, std::string detail = "") {
  StateChange change;
  change.part = std::move(part);
  change.subject = std::move(subject);
  change.to = std::move(now);
  change.detail = std::move(detail);
  return change;
}

StateChange change_of(const std::string& node) {
  StateChange change = fact("node", node, "present");
  change.node = node;
  return change;
}

StateChange change_of(const exo::Edge& edge) {
  const bool rdma = edge.kind == exo::Edge::Kind::rdma;
  return fact("edge", edge.source + ">" + edge.sink, "present",
              rdma ? format("rdma {} {}", edge.source_iface, edge.sink_iface) : format("socket {}", edge.address));
}

bool comes_before(const std::string& a, const std::string& b) {
  return a < b;
}

bool comes_before(const exo::Edge& a, const exo::Edge& b) {
  const auto all = [](const exo::Edge& e) {
    return std::tie(e.source, e.sink, e.kind, e.source_iface, e.sink_iface, e.address);
  };
  return all(a) < all(b);
}

template <class Thing>
std::vector<const Thing*> sorted(const std::vector<Thing>& things) {
  std::vector<const Thing*> all;
  for (const Thing& thing : things) all.push_back(&thing);
  std::sort(all.begin(), all.end(), [](const Thing* a, const Thing* b) { return comes_before(*a, *b); });
  return all;
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

StateChange gone(StateChange change) {
  change.from = std::move(change.to);
  change.to.clear();
  change.detail.clear();
  return change;
}

/// The changes of one part of the state; of very many the first ones, and how many more there are.
class PartChanges {
 public:
  explicit PartChanges(std::string part) : part_(std::move(part)) {}

  void add(const std::function<StateChange()>& change) {
    if (changes_.size() < kMostChanges) changes_.push_back(change());
    ++count_;
  }
  void move_to(std::vector<StateChange>& all) {
    std::move(changes_.begin(), changes_.end(), std::back_inserter(all));
    if (count_ <= changes_.size()) return;
    all.push_back(fact("left out", part_, format("{} more changes", count_ - changes_.size()),
                       format("of one look at the state; the first {} are listed", kMostChanges)));
  }

 private:
  const std::string part_;
  std::vector<StateChange> changes_;
  std::size_t count_ = 0;
};

// Nodes and edges are there or not. There are most of them, so nothing is built of those that stay.
template <class Thing>
void compare_lists(std::string part, const std::vector<Thing>& before, const std::vector<Thing>& after,
                   std::vector<StateChange>& all) {
  if (before == after) return;
  const auto was = sorted(before), is = sorted(after);
  const auto each_only_in = [](const auto& these, const auto& those, const auto& take) {
    std::vector<const Thing*> only;
    std::set_difference(these.begin(), these.end(), those.begin(), those.end(), std::back_inserter(only),
                        [](const Thing* a, const Thing* b) { return comes_before(*a, *b); });
    for (const Thing* thing : only) take(*thing);
  };
  PartChanges changes(std::move(part));
  each_only_in(was, is, [&](const Thing& thing) { changes.add([&] { return gone(change_of(thing)); }); });
  each_only_in(is, was, [&](const Thing& thing) { changes.add([&] { return change_of(thing); }); });
  changes.move_to(all);
}

void compare(std::string part, const Facts& before, const Facts& after, std::vector<StateChange>& all) {
  PartChanges changes(std::move(part));
  for (const auto& [key, old] : before) {
    if (after.count(key) == 0) changes.add([&, &old = old] { return gone(old); });
  }
  for (const auto& [key, now] : after) {
    const auto old = before.find(key);
    if (old != before.end() && old->second.to == now.to && old->second.detail == now.detail) continue;
    changes.add([&, &now = now] {
      StateChange change = now;
      if (old != before.end()) change.from = old->second.to;
      return change;
    });
  }
  changes.move_to(all);
}

}  // namespace

std::vector<StateChange> changes_between(const exo::State& before, const exo::State& after) {
  std::vector<StateChange> changes;
  compare_lists("node", before.nodes, after.nodes, changes);
  compare_lists("edge", before.edges, after.edges, changes);
  compare("instance", instance_facts(before), instance_facts(after), changes);
  compare("runner", runner_facts(before), runner_facts(after), changes);
  compare("download", download_facts(before), download_facts(after), changes);
  compare("task", task_facts(before), task_facts(after), changes);
  return changes;
}

}  // namespace exo_harness::cluster
