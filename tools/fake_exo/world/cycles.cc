#include <algorithm>

#include "world/placement.h"

namespace exo_harness::fake {
namespace {

bool has_edge(const State& state, const std::string& from, const std::string& to) {
  return state.connections().has(from, to);
}

/// Whether the nodes in that order, or in some order that begins with the first, are a cycle of edges.
bool is_cycle(const State& state, std::vector<std::string>& order) {
  auto closed = [&] {
    for (std::size_t i = 0; i < order.size(); ++i)
      if (!has_edge(state, order[i], order[(i + 1) % order.size()])) return false;
    return true;
  };
  if (order.size() == 1 || closed()) return true;
  if (order.size() > 5) return false;
  std::vector<std::string> start = order;
  std::sort(order.begin() + 1, order.end());
  do {
    if (closed()) return true;
  } while (std::next_permutation(order.begin() + 1, order.end()));
  order = start;
  return false;
}

/// All subsets of `size` while they are few, else the windows of neighbours: a real Exo would not end there at all.
std::vector<std::vector<std::string>> subsets(const std::vector<std::string>& nodes, std::size_t size) {
  std::vector<std::vector<std::string>> out;
  double count = 1;
  for (std::size_t i = 0; i < size; ++i)
    count = count * static_cast<double>(nodes.size() - i) / static_cast<double>(i + 1);
  if (count > 2000) {
    for (std::size_t i = 0; i + size <= nodes.size(); ++i)
      out.emplace_back(nodes.begin() + static_cast<long>(i), nodes.begin() + static_cast<long>(i + size));
    return out;
  }
  std::vector<bool> chosen(nodes.size(), false);
  std::fill(chosen.begin(), chosen.begin() + static_cast<long>(size), true);
  do {
    std::vector<std::string> subset;
    for (std::size_t i = 0; i < nodes.size(); ++i)
      if (chosen[i]) subset.push_back(nodes[i]);
    out.push_back(subset);
  } while (std::prev_permutation(chosen.begin(), chosen.end()));
  return out;
}

}  // namespace

std::vector<std::vector<std::string>> cycles(const State& state, std::size_t min_nodes) {
  std::vector<std::vector<std::string>> out;
  for (std::size_t size = std::max<std::size_t>(1, min_nodes); size <= state.nodes.size(); ++size)
    for (std::vector<std::string> subset : subsets(state.nodes, size)) {
      std::reverse(subset.begin(), subset.end());  // Exo's search finds the last node first
      if (is_cycle(state, subset)) out.push_back(std::move(subset));
    }
  return out;
}

}  // namespace exo_harness::fake
