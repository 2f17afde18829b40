#include "exo_harness/cluster/foreign_instance.h"

#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::cluster {
namespace {

constexpr std::size_t kMostNamed = 4, kMostText = 120;

std::string ids(const std::vector<exo::Instance>& instances) {
  std::vector<std::string> all;
  for (const exo::Instance& instance : instances) {
    if (all.size() == kMostNamed) break;
    all.push_back(shorten(printable(instance.id), kMostText));
  }
  return join(all, " and ") + (instances.size() > kMostNamed ? " …" : "");
}

}  // namespace

std::vector<exo::Instance> foreign_instances(const exo::State& state, const std::string& model_id,
                                             const std::set<std::string>& ours) {
  std::vector<exo::Instance> foreign;
  for (const auto& [id, instance] : state.instances) {
    if (instance.model_id == model_id && ours.count(id) == 0) foreign.push_back(instance);
  }
  return foreign;
}

std::string describe(const exo::Instance& instance) {
  const auto mode = exo::proven_mode(instance);
  std::vector<std::string> nodes;
  for (const exo::Rank& rank : instance.ranks) nodes.push_back(short_id(rank.node_id));
  return format("instance {} of {} ({}, node{} {})", short_id(instance.id),
                shorten(printable(instance.model_id), kMostText),
                mode ? exo::to_string(*mode) : "no mode proven: " + mode.failure().what, nodes.size() == 1 ? "" : "s",
                shorten(join(nodes, ", "), kMostText));
}

std::string describe(const std::vector<exo::Instance>& instances) {
  std::vector<std::string> all;
  for (const exo::Instance& instance : instances) {
    if (all.size() == kMostNamed) break;
    all.push_back(describe(instance));
  }
  return join(all, ", ") +
         (instances.size() > kMostNamed ? format(" and {} more", instances.size() - kMostNamed) : std::string());
}

Failure why_not_beside(const std::vector<exo::Instance>& foreign) {
  return {FailureKind::unfit,
          format("{} {} there already: Exo may let it answer in the place of the one under test", describe(foreign),
                 foreign.size() == 1 ? "is" : "are"),
          what_to_do_about(foreign)};
}

std::string what_to_do_about(const std::vector<exo::Instance>& foreign) {
  return format("delete {} (DELETE /instance/ID), or let --remove-instances of `run` and `rdma` do so", ids(foreign));
}

}  // namespace exo_harness::cluster
