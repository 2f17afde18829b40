#include "app/quick_selection.h"

#include <algorithm>
#include <optional>

#include "exo_harness/core/test_name.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/mode.h"

namespace exo_harness::tools {
namespace {

constexpr std::string_view kMark = "# quick ";

// What a test over placements is tried with, `llama_tensor_2`.
struct Tried {
  std::string model;              // `llama`, as it stands in the name
  std::optional<exo::Mode> mode;  // Nothing: it is no test over placements.
};

Tried tried_with(std::string_view parameter) {
  for (std::size_t at = parameter.find('_'); at != parameter.npos; at = parameter.find('_', at + 1)) {
    std::string name(parameter.substr(at + 1));
    std::replace(name.begin(), name.end(), '_', '-');
    if (const auto mode = exo::parse_short_name(name)) return {std::string(parameter.substr(0, at)), mode};
  }
  return {};
}

// The lower, the sooner taken.
int rank_of(const exo::Mode& mode) {
  if (mode.world_size < 2) return 2;
  return mode.sharding == exo::Sharding::tensor ? 0 : 1;
}

}  // namespace

std::set<std::string> parse_quick_marks(std::string_view output) {
  std::set<std::string> marked;
  for (const std::string_view line : lines(output)) {
    if (line.starts_with(kMark)) marked.emplace(trim(line.substr(kMark.size())));
  }
  return marked;
}

QuickSelection select_quick(const std::vector<std::string>& tests, const std::set<std::string>& marked) {
  std::map<std::string, std::pair<int, std::string>> best;  // By promise and model: rank, and the test.
  std::set<std::string> taken;
  for (const std::string& test : tests) {
    const TestName name = parts_of_test(test);
    const std::string promise(name.promise);
    if (!marked.contains(promise)) continue;
    const auto [model, mode] = tried_with(name.parameter);
    if (!mode) {
      taken.insert(test);
      continue;
    }
    const auto [known, is_new] = best.try_emplace(promise + "/" + model, std::pair(rank_of(*mode), test));
    if (!is_new && rank_of(*mode) < known->second.first) known->second = {rank_of(*mode), test};
  }
  for (const auto& [key, one] : best) taken.insert(one.second);
  QuickSelection selection;
  for (const std::string& test : tests) (taken.contains(test) ? selection.tests : selection.left_out).push_back(test);
  return selection;
}

}  // namespace exo_harness::tools
