#include "cluster/discovery_doctor.h"

#include <algorithm>

#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/doctor/members.h"

#include "cluster/ask_node.h"

namespace exo_harness::tools {
namespace {

using doctor::Check;

constexpr milliseconds kAsk{2000};
constexpr std::size_t kMostClusters = 4;  // That a sentence has room for.

bool differ_in_version(const std::vector<Check>& bad) {
  return std::any_of(bad.begin(), bad.end(), [](const Check& check) { return check.id == "exo-versions-equal"; });
}

// `doctor: one-cluster. Start both with …`: each of its fixes once.
std::string in_words(const std::vector<Check>& bad) {
  std::vector<std::string> ids, fixes;
  for (const Check& check : bad) {
    if (std::find(ids.begin(), ids.end(), check.id) != ids.end()) continue;
    ids.push_back(check.id);
    fixes.push_back(check.fix);
  }
  return ids.empty() ? "" : format(" (doctor: {}). {}", join(ids, ", "), join(fixes, " "));
}

using Group = std::vector<const AddressView*>;
using Groups = std::vector<Group>;

bool see_each_other(const AddressView& one, const AddressView& other) {
  return one.id == other.id || one.state.has_node(other.id) || other.state.has_node(one.id);
}

// The addresses that see each other, directly or over others; one group is one cluster.
Groups groups_of(const std::vector<AddressView>& views) {
  Groups groups;
  for (const AddressView& view : views) {
    Group mine = {&view};
    std::erase_if(groups, [&](const auto& group) {
      const bool one = std::any_of(group.begin(), group.end(),
                                   [&](const AddressView* other) { return see_each_other(view, *other); });
      if (one) mine.insert(mine.end(), group.begin(), group.end());
      return one;
    });
    groups.push_back(std::move(mine));
  }
  return groups;
}

std::string in_words(const Group& group) {
  std::vector<std::string> apis, ids;
  for (const AddressView* view : group) apis.push_back(view->api);
  for (const std::string& id : group.front()->state.nodes) ids.push_back(cluster::short_id(id));
  return format("{} to {} node{} ({})", shorten(join(apis, " and "), 80), ids.size(), ids.size() == 1 ? "" : "s",
                shorten(join(ids, ", "), 40));
}

std::string in_words(const Groups& groups) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min(kMostClusters, groups.size()); ++i) texts.push_back(in_words(groups[i]));
  if (groups.size() > kMostClusters) texts.push_back("…");
  return format("the addresses lead to {} clusters, which do not see each other: {}", groups.size(), join(texts, ", "));
}

std::string picture_of(const std::vector<AddressView>& views) {
  std::string picture;
  for (const AddressView& view : views) {
    std::vector<std::string> nodes = view.state.nodes;
    std::sort(nodes.begin(), nodes.end());
    picture += format("{} {}: {}\n", view.api, view.id, join(nodes, " "));
  }
  return picture;
}

}  // namespace

DiscoveryDoctor::DiscoveryDoctor(const std::vector<std::string>& apis, int nodes, double speed)
    : apis_(apis),
      nodes_(nodes),
      settle_(std::max(kLeastSettle,
                       milliseconds(static_cast<std::int64_t>(static_cast<double>(kSettle.count()) * speed)))) {}

std::optional<std::vector<AddressView>> DiscoveryDoctor::look_at_all(Deadline deadline) const {
  std::vector<AddressView> views;
  for (const std::string& api : apis_) {
    exo::Client client(api);
    const auto id = client.node_id(deadline.within(kAsk));
    if (!id) return std::nullopt;
    auto state = client.state(deadline.within(kAsk));
    if (!state) return std::nullopt;
    views.push_back({api, *id, std::move(state).value()});
  }
  return views;
}

void DiscoveryDoctor::start_over(const std::vector<AddressView>& views, std::string picture, Clock::time_point now,
                                 Deadline deadline) {
  picture_ = std::move(picture);
  since_ = now;
  begun_.clear();
  std::vector<doctor::NodeAnswer> answers;
  for (const AddressView& view : views) {
    begun_.push_back(view.state.last_event_index);
    exo::Client client(view.api);
    answers.push_back(ask_node(client, view.api, deadline));
  }
  checks_ = doctor::check_members(views.front().state, answers, nodes_);
  std::erase_if(checks_, [](const Check& check) { return check.status != Check::Status::bad; });
}

bool DiscoveryDoctor::all_moved(const std::vector<AddressView>& views) const {
  for (std::size_t i = 0; i < views.size(); ++i) {
    if (views[i].state.last_event_index <= begun_[i]) return false;
  }
  return true;
}

cluster::Insight DiscoveryDoctor::look(Clock::time_point now, Deadline deadline) {
  const auto views = apis_.size() < 2 ? std::nullopt : look_at_all(deadline);
  const auto groups = views ? groups_of(*views) : Groups{};
  if (groups.size() < 2) {
    picture_.clear();
    return {};
  }
  if (std::string picture = picture_of(*views); picture != picture_)
    start_over(*views, std::move(picture), now, deadline);
  cluster::Insight insight{in_words(groups) + in_words(checks_), doctor::human_table(checks_), {}};
  const milliseconds apart = std::chrono::duration_cast<milliseconds>(now - since_);
  if (differ_in_version(checks_) && apart >= settle_ / 3) insight.hopeless = FailureKind::unfit;
  if (apart >= settle_ && all_moved(*views)) insight.hopeless = insight.hopeless.value_or(FailureKind::mismatch);
  return insight;
}

}  // namespace exo_harness::tools
