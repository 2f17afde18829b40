#include "exo_harness/exo/edge_index.h"

#include <algorithm>
#include <unordered_set>

namespace exo_harness::exo {

EdgeIndex::EdgeIndex(const std::vector<Edge>& edges) {
  entries_.reserve(edges.size());
  for (const Edge& edge : edges) entries_.push_back({edge.kind, edge.source, edge.sink});
  std::sort(entries_.begin(), entries_.end());
  entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
}

bool EdgeIndex::has(std::string_view source, std::string_view sink, Edge::Kind kind) const {
  return std::binary_search(entries_.begin(), entries_.end(), Entry{kind, source, sink});
}

EdgeIndex::Missing EdgeIndex::missing(const std::vector<std::string>& nodes, Edge::Kind kind,
                                      std::size_t most_examples) const {
  std::vector<std::string_view> ids;  // Each once, in their order.
  std::unordered_set<std::string_view> known;
  for (const std::string& id : nodes) {
    if (known.insert(id).second) ids.push_back(id);
  }
  Missing missing;
  const auto between = [&](const Entry& e) {
    return e.kind == kind && e.source != e.sink && known.contains(e.source) && known.contains(e.sink);
  };
  missing.count = ids.size() * (ids.size() - std::min<std::size_t>(ids.size(), 1)) -
                  static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), between));
  const std::size_t wanted = std::min(missing.count, most_examples);
  for (const std::string_view from : ids) {
    for (const std::string_view to : ids) {
      if (missing.examples.size() == wanted) return missing;  // At most as many steps as there are edges, and a few.
      if (from != to && !has(from, to, kind)) missing.examples.emplace_back(from, to);
    }
  }
  return missing;
}

std::vector<std::pair<std::string_view, std::string_view>> EdgeIndex::one_way(Edge::Kind kind) const {
  std::vector<std::pair<std::string_view, std::string_view>> found;
  for (const Entry& e : entries_) {
    if (e.kind == kind && !has(e.sink, e.source, kind)) found.emplace_back(e.source, e.sink);
  }
  return found;
}

}  // namespace exo_harness::exo
