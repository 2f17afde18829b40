#include "exo_harness/oracle/marks.h"

#include <algorithm>
#include <utility>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::oracle {
namespace {

constexpr std::size_t kShownAround = 30;  // bytes to either side
constexpr std::size_t kShownAtTheEnd = 60;

std::string surroundings(std::string_view text, const std::string& mark) {
  const std::size_t at = text.find(mark), from = at < kShownAround ? 0 : at - kShownAround;
  return printable(text.substr(from, at - from + mark.size() + kShownAround));
}

Failure shows(const char* place, std::string_view text, const std::string& mark) {
  return {FailureKind::mismatch,
          format("a mark of the template, \"{}\", is in {}: …{}…", printable(mark), place, surroundings(text, mark)),
          ""};
}

}  // namespace

std::string mark_in(std::string_view text, const std::vector<std::string>& marks) {
  const auto found = std::find_if(marks.begin(), marks.end(), [&](const auto& mark) { return contains(text, mark); });
  return found == marks.end() ? "" : *found;
}

Outcome<Done> has_no_mark(const exo::ChatAnswer& answer, const std::vector<std::string>& marks) {
  const std::string calls = join(answer.tool_calls, "\n");
  for (const auto& [place, text] : {std::pair<const char*, std::string_view>("content", answer.content),
                                    {"reasoning_content", answer.reasoning},
                                    {"tool_calls", calls}}) {
    if (const std::string mark = mark_in(text, marks); !mark.empty()) return shows(place, text, mark);
  }
  return Done{};
}

Outcome<Done> ends_in_no_mark(const exo::ChatAnswer& answer, const std::vector<std::string>& marks) {
  for (const auto& [place, text] :
       {std::pair<const char*, std::string_view>("content", answer.content), {"reasoning_content", answer.reasoning}}) {
    const std::string_view said = trim(text);
    const auto found = std::find_if(marks.begin(), marks.end(), [&](const auto& mark) { return said.ends_with(mark); });
    if (found != marks.end())
      return shows(place, said.substr(said.size() - std::min(said.size(), kShownAtTheEnd)), *found);
  }
  return Done{};
}

}  // namespace exo_harness::oracle
