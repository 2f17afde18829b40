#include "cluster/make_way.h"

#include <iterator>

#include "exo_harness/cluster/foreign_instance.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"

namespace exo_harness::tools {
namespace {

void remove_instance(const exo::Instance& instance, cluster::Cluster& cluster, journal::Journal& journal,
                     Progress& progress) {
  const std::string what = cluster::describe(instance);
  const auto removed = cluster.remove(instance.id);
  if (!removed) throw EnvironmentError(format("{} cannot be removed: {}", what, removed.failure().what), "delete it");
  journal.append(journal::Fact{"removed.instance " + instance.id, what});
  progress.note(format("  removed {}, as --remove-instances says", what));
}

}  // namespace

void make_way_for(const std::vector<std::string>& models, cluster::Cluster& cluster, bool remove,
                  journal::Journal& journal, Progress& progress) {
  const auto state = cluster.state();
  if (!state) return;  // Who places looks again.
  std::vector<exo::Instance> foreign;
  for (const std::string& model : models) {
    auto more = cluster::foreign_instances(*state, model, {});
    std::move(more.begin(), more.end(), std::back_inserter(foreign));
  }
  if (foreign.empty()) return;
  if (!remove) {
    const Failure why = cluster::why_not_beside(foreign);
    throw EnvironmentError(why.what, why.evidence);
  }
  for (const exo::Instance& instance : foreign) remove_instance(instance, cluster, journal, progress);
}

}  // namespace exo_harness::tools
