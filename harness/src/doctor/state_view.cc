#include "state_view.h"

#include "exo_harness/core/few.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::doctor {

const exo::NodeFacts& StateView::facts(const std::string& node) const {
  static const exo::NodeFacts kNone;
  const auto at = state.facts.find(node);
  return at == state.facts.end() ? kNone : at->second;
}

std::string StateView::name(const std::string& node) const {
  const exo::NodeFacts& f = facts(node);
  return f.identity && !f.identity->friendly_name.empty()
             ? format("{} ({})", f.identity->friendly_name, shorten(node.substr(0, 12), 12))
             : node.substr(0, 12);
}

exo::EdgeIndex::Missing StateView::missing(exo::Edge::Kind kind) const {
  return edges_.missing(state.nodes, kind, Few::kExamples);
}

std::string StateView::pairs(const exo::EdgeIndex::Missing& missing) const {
  Few few;
  for (const auto& [from, to] : missing.examples) few.add(name(from) + " > " + name(to));
  few.add_others(missing.count - missing.examples.size());
  return join(few.list(), ", ");
}

}  // namespace exo_harness::doctor
