#include <algorithm>
#include <set>

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/doctor/members.h"

#include "checks.h"

namespace exo_harness::doctor {
namespace {

using Status = Check::Status;

class MemberChecks {
 public:
  MemberChecks(const exo::State& state, const std::vector<NodeAnswer>& answers, int nodes)
      : state_(state), answers_(answers), nodes_(nodes) {}

  std::vector<Check> run() {
    versions();
    one_version();
    one_cluster();
    foreign();
    return checks_.take();
  }

 private:
  const NodeAnswer* answer_of(const std::string& node) const {
    const auto at =
        std::find_if(answers_.begin(), answers_.end(), [&](const NodeAnswer& a) { return a.node_id == node; });
    return at == answers_.end() ? nullptr : &*at;
  }

  std::string name(const std::string& node) const {
    const auto at = state_.facts.find(node);
    const bool named = at != state_.facts.end() && at->second.identity && !at->second.identity->friendly_name.empty();
    return named ? format("{} ({})", at->second.identity->friendly_name, node.substr(0, 12)) : node.substr(0, 12);
  }

  static std::string words(const NodeAnswer& answer) {
    const std::string words = answer.version.empty() ? "" : format(" (it says `{}`)", answer.version);
    const std::string range = answer.seen.signs.empty() ? "" : format(": {}", to_string(answer.seen));
    return format("speaks as {}{}{}", to_string(answer.generation), words, range);
  }

  void versions() {
    for (const std::string& node : state_.nodes) {
      const NodeAnswer* answer = answer_of(node);
      const bool known = answer != nullptr && answer->generation != exo::Generation::unknown;
      Check& exo = checks_.add("exo-version", name(node), known ? Status::good : Status::unknown,
                               answer == nullptr ? "not known here: not asked" : words(*answer), "known");
      exo.fix = answer == nullptr ? "Give its address, too: `--api http://ITS-ADDRESS:52415`." : "";
      checks_
          .add("mlx-version", name(node), Status::unknown,
               "not known here: no endpoint tells the versions of MLX and Python", "known")
          .fix = "Run `exo-harness doctor` on that machine.";
    }
  }

  static bool says_what_it_is(const NodeAnswer& answer) {
    return answer.generation != exo::Generation::unknown ||
           (!answer.seen.signs.empty() && !answer.seen.range().is_empty());
  }

  // A text that one of them did not give is no difference.
  static bool differ(const NodeAnswer& a, const NodeAnswer& b) {
    const bool known = a.generation != exo::Generation::unknown && b.generation != exo::Generation::unknown;
    const bool texts = !a.version.empty() && !b.version.empty() && a.version != b.version;
    return texts || (known && a.generation != b.generation) || exo::are_apart(a.seen.range(), b.seen.range());
  }

  void one_version() {
    std::vector<const NodeAnswer*> known;
    std::vector<std::string> texts;
    for (const NodeAnswer& answer : answers_) {
      if (!says_what_it_is(answer)) continue;
      known.push_back(&answer);
      texts.push_back(format("{} {}", answer.api, words(answer)));
    }
    if (known.size() < 2) return;
    bool are_different = false, are_of_zenoh = true;
    for (const NodeAnswer* a : known) {
      are_of_zenoh = are_of_zenoh && is_of_zenoh(*a);
      for (const NodeAnswer* b : known) are_different = are_different || differ(*a, *b);
    }
    const Status status = are_different ? Status::bad : are_of_zenoh ? Status::unknown : Status::good;
    Check& c = checks_.add("exo-versions-equal", "cluster", status, shorten(join(texts, ", "), 400),
                           "one version of Exo on all nodes");
    c.fix = status == Status::unknown
                ? "Nothing in the API tells two versions of zenoh apart: compare `git describe` of "
                  "each node, or `doctor` there."
                : "Bring all nodes to the same Exo: same commit, `uv sync --frozen`, restart.";
    c.prevents = "discovery-gossip-loop-died";
  }

  // Nodes of different versions never meet, whatever is done about the network.
  bool speaks_otherwise(const NodeAnswer& answer) const { return differ(answer, answers_.front()); }

  static bool is_of_zenoh(const NodeAnswer& answer) {
    return !answer.seen.signs.empty() && exo::is_within(answer.seen.range(), exo::zenoh_versions());
  }

  std::string how_to_meet(const NodeAnswer& answer, bool skewed) const {
    if (skewed)
      return "Bring both to one version of Exo: libp2p and zenoh never meet, and two versions of zenoh only with the "
             "same `--namespace NAME`, as their default is the version.";
    if (speaks_otherwise(answer))
      return "Start both with the same namespace and version; check Local Network permission and firewall.";
    if (is_of_zenoh(answer) && is_of_zenoh(answers_.front()))
      return "Give both the same `--namespace NAME`: without it each takes its own version, and nothing in the API "
             "tells "
             "two versions of zenoh apart. Discovery is IPv6 multicast on UDP 52413: IPv6 on every link, firewall, "
             "Local Network permission (`doctor` on each node says).";
    return "Restart Exo on one of them once its links are up: a node may give an interface up for good and log nothing "
           "(exo PR #2192). If they part again: same namespace, Local Network permission, firewall.";
  }

  void one_cluster() {
    for (const NodeAnswer& answer : answers_) {
      if (answer.node_id.empty()) continue;  // It did not say.
      if (std::find(state_.nodes.begin(), state_.nodes.end(), answer.node_id) != state_.nodes.end()) continue;
      Check& c = checks_.bad("one-cluster", "cluster",
                             format("{} is node {}, and the cluster of {} does not have it", answer.api,
                                    answer.node_id.substr(0, 12), answers_.front().api),
                             "all addresses lead to one cluster");
      const bool skewed = exo::are_apart(answer.seen.range(), answers_.front().seen.range());
      if (skewed)
        c.seen += format(": it is {}, the first is {}", to_string(answer.seen), to_string(answers_.front().seen));
      c.fix = how_to_meet(answer, skewed);
      c.prevents = "discovery-peer-unreachable";
    }
  }

  std::string addresses(const std::string& node) const {
    std::set<std::string> all;
    for (const exo::Edge& edge : state_.edges) {
      if (edge.kind == exo::Edge::Kind::socket && edge.sink == node) all.insert(edge.ip);
    }
    return all.empty() ? "no address known" : join(few_of({all.begin(), all.end()}), ", ");
  }

  void foreign() {
    std::vector<std::string> unknown;
    for (const std::string& node : state_.nodes) {
      if (answer_of(node) == nullptr) unknown.push_back(node);
    }
    std::vector<std::string> others = few_of(unknown);
    for (std::size_t i = 0; i < std::min(unknown.size(), Few::kExamples); ++i)
      others[i] = format("{} at {}", name(unknown[i]), addresses(unknown[i]));
    std::set<std::string> named;
    for (const NodeAnswer& answer : answers_) named.insert(answer.node_id);
    named.erase("");
    const bool all_named = nodes_ > 0 && named.size() >= static_cast<std::size_t>(nodes_);
    const Status status = !others.empty() && !all_named ? Status::unknown : others.empty() ? Status::good : Status::bad;
    Check& c = checks_.add("foreign-node", "cluster", status,
                           status == Status::good  ? "every node is one that was named"
                           : status == Status::bad ? shorten(join(others, "; "), 400)
                                                   : format("not known here: no option says whether {} belong",
                                                            shorten(join(others, "; "), 300)),
                           "only nodes that belong to the cluster");
    c.fix = status == Status::bad ? "Stop Exo there, or give this cluster a namespace of its own."
                                  : "Say who belongs: `--nodes N`, and `--api` for each of them.";
    c.prevents = "placements on machines that were not meant";
  }

  const exo::State& state_;
  const std::vector<NodeAnswer>& answers_;
  int nodes_;
  Checks checks_;
};

}  // namespace

std::vector<Check> check_members(const exo::State& state, const std::vector<NodeAnswer>& answers, int nodes) {
  return MemberChecks(state, answers, nodes).run();
}

}  // namespace exo_harness::doctor
