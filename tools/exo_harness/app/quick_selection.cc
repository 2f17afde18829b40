#include "app/quick_selection.h"

#include <algorithm>
#include <optional>

#include "exo_harness/core/text.h"
#include "exo_harness/exo/mode.h"

namespace exo_harness::tools {
namespace {

constexpr std::string_view kMark = "# quick ";

// `Scenarios/Answer.IsRight/llama_tensor_2` in its parts.
struct NameInParts {
  std::string promise;            // `Answer.IsRight`
  std::string model;              // `llama`, as it stands in the name
  std::optional<exo::Mode> mode;  // Nothing: it is no test over placements.
};

NameInParts parts_of_test(const std::string& test) {
  const std::size_t dot = test.find('.');
  const std::size_t before = test.rfind('/', dot), behind = test.find('/', dot == test.npos ? 0 : dot);
  const std::size_t begin = before == test.npos ? 0 : before + 1;
  NameInParts parts{test.substr(begin, behind == test.npos ? test.npos : behind - begin), "", std::nullopt};
  if (behind == test.npos) return parts;
  const std::string parameter = test.substr(behind + 1);
  for (std::size_t at = parameter.find('_'); at != parameter.npos && !parts.mode; at = parameter.find('_', at + 1)) {
    std::string name = parameter.substr(at + 1);
    std::replace(name.begin(), name.end(), '_', '-');
    parts.mode = exo::parse_short_name(name);
    parts.model = parameter.substr(0, at);
  }
  if (!parts.mode) parts.model.clear();
  return parts;
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
    const NameInParts parts = parts_of_test(test);
    if (!marked.contains(parts.promise)) continue;
    if (!parts.mode) {
      taken.insert(test);
      continue;
    }
    const auto [known, is_new] =
        best.try_emplace(parts.promise + "/" + parts.model, std::pair(rank_of(*parts.mode), test));
    if (!is_new && rank_of(*parts.mode) < known->second.first) known->second = {rank_of(*parts.mode), test};
  }
  for (const auto& [key, one] : best) taken.insert(one.second);
  QuickSelection selection;
  for (const std::string& test : tests) (taken.contains(test) ? selection.tests : selection.left_out).push_back(test);
  return selection;
}

}  // namespace exo_harness::tools
