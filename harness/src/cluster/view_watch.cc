#include "exo_harness/cluster/view_watch.h"

#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/journal/odd_views.h"

#include "peers.h"

namespace exo_harness::cluster {
namespace {

constexpr std::int64_t kFew = 50;  // Events that may be on their way.
constexpr int kManyBacks = 3;      // A master that is lost as soon as it is elected takes as many elections of 4 s.

std::vector<std::unique_ptr<exo::Client>> clients_of(const std::vector<Node>& nodes) {
  std::vector<std::unique_ptr<exo::Client>> clients;
  for (const Node& node : nodes) clients.push_back(std::make_unique<exo::Client>(node.api));
  return clients;
}

void ask_for_view(const Node& node, exo::Client& client, ViewJudge& judge) {
  const auto index = client.last_event_index(Deadline::after(kAsk));
  judge.see(node.api, node.id, index ? std::optional(*index) : std::nullopt, Clock::now());
}

}  // namespace

void ViewJudge::see(const std::string& api, const std::string& node, std::optional<std::int64_t> index,
                    Clock::time_point now) {
  View& view = views_[api];
  view.node = node;
  const bool answered = view.answers;
  view.answers = index.has_value();
  if (!index) {
    view.behind_since.reset();
    return;
  }
  // A new master counts from the beginning: any change is a move. Who was silent has its time again.
  if (view.first < 0) view.first = *index;
  if (*index != view.index || !answered) view.moved = now;
  if (*index != view.index) view.backs = *index < view.index ? view.backs + 1 : 0;
  view.has_moved |= *index != view.first && view.backs == 0;
  view.index = *index;
  const View* const first = foremost();
  const std::int64_t lag = first == nullptr ? 0 : first->index - view.index;
  if (lag <= kFew || (view.behind_since && lag < view.lag)) view.behind_since.reset();
  if (lag > kFew && !view.behind_since) {
    view.behind_since = now;
    view.lag = lag;
  }
}

const ViewJudge::View* ViewJudge::foremost() const {
  const View* first = nullptr;
  for (const auto& [api, view] : views_) {
    if (view.answers && (first == nullptr || view.index > first->index)) first = &view;
  }
  return first;
}

std::vector<OddView> ViewJudge::odd(Clock::time_point now) const {
  std::vector<OddView> odd;
  for (const auto& [api, view] : views_) {
    if (!view.answers) continue;
    if (view.backs >= kManyBacks) {
      odd.push_back({api, view.node, "back",
                     format("it went back {} times in a row, the last time to event {}", view.backs, view.index)});
    } else if (now - view.moved >= kLimit) {
      odd.push_back({api, view.node, "stale",
                     format("it stands at event {} for {}, although the node answers; the foremost is at {}",
                            view.index, humanize(now - view.moved), foremost()->index)});
    } else if (view.behind_since && now - *view.behind_since >= kLimit) {
      odd.push_back({api, view.node, "apart",
                     format("it is at event {}, {} behind the foremost, and has not come nearer for {}", view.index,
                            foremost()->index - view.index, humanize(now - *view.behind_since))});
    }
  }
  return odd;
}

bool ViewJudge::all_well() const {
  return std::all_of(views_.begin(), views_.end(), [](const auto& entry) {
    return !entry.second.answers || (entry.second.has_moved && !entry.second.behind_since);
  });
}

std::vector<OddView> look_at_views(const std::vector<Node>& nodes, Deadline deadline) {
  auto clients = clients_of(nodes);
  ViewJudge judge;
  std::vector<OddView> odd;
  wait_until(deadline, milliseconds(500), [&] {
    for (std::size_t i = 0; i < nodes.size(); ++i) ask_for_view(nodes[i], *clients[i], judge);
    odd = judge.odd(Clock::now());
    return judge.all_well() || !odd.empty();
  });
  return odd;
}

ViewWatch::ViewWatch(std::vector<Node> nodes, journal::Journal& journal, std::function<void(const OddView&)> tell,
                     milliseconds pause)
    : nodes_(std::move(nodes)),
      clients_(clients_of(nodes_)),
      journal_(journal),
      tell_(std::move(tell)),
      pause_(pause),
      thread_([this] { run(); }) {}

ViewWatch::~ViewWatch() {
  stop_ = true;
  { const std::lock_guard lock(mutex_); }  // Not between its look at `stop_` and its sleep.
  wake_.notify_all();
  thread_.join();
}

void ViewWatch::run() {
  ViewJudge judge;
  std::unique_lock lock(mutex_);
  do {
    if (resting_ > 0) continue;
    for (std::size_t i = 0; i < nodes_.size() && !stop_; ++i) ask_for_view(nodes_[i], *clients_[i], judge);
    journal_changes(judge.odd(Clock::now()));
  } while (!wake_.wait_for(lock, pause_, [&] { return stop_.load(); }));
}

ViewWatch::Rest::Rest(ViewWatch& watch) : watch_(watch) {
  const std::lock_guard lock(watch_.mutex_);
  ++watch_.resting_;
}

ViewWatch::Rest::~Rest() {
  const std::lock_guard lock(watch_.mutex_);
  --watch_.resting_;
}

void ViewWatch::journal_changes(const std::vector<OddView>& now) {
  std::map<std::string, OddView> odd;
  for (const OddView& view : now) odd[view.api] = view;
  const auto change = [&](const OddView& view, std::string from, std::string to) {
    journal_.append(
        journal::StateChange{journal::kView, view.api, std::move(from), std::move(to), view.why, "", -1, view.node});
  };
  for (const auto& [api, view] : odd) {
    const auto known = odd_.find(api);
    if (known != odd_.end() && known->second.kind == view.kind) continue;
    change(view, known == odd_.end() ? journal::kViewMoves : known->second.kind, view.kind);
    if (tell_) tell_(view);
  }
  for (const auto& [api, view] : odd_) {
    if (!odd.contains(api)) change(view, view.kind, journal::kViewMoves);
  }
  odd_ = std::move(odd);
}

}  // namespace exo_harness::cluster
