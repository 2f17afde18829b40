#include "exo_harness/doctor/doctor.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::doctor {
namespace {

using Status = Check::Status;

// The worst first.
int urgency(Status status) {
  switch (status) {
    case Status::bad:
      return 0;
    case Status::warning:
      return 1;
    case Status::unknown:
      return 2;
    case Status::good:
      return 3;
    case Status::not_needed:
      break;
  }
  return 4;
}

std::vector<std::string> nodes_in_order(const std::vector<Check>& checks) {
  std::vector<std::string> nodes;
  for (const Check& check : checks) {
    if (std::find(nodes.begin(), nodes.end(), check.node) == nodes.end()) nodes.push_back(check.node);
  }
  return nodes;
}

std::string rows_of(const Check& check) {
  std::string text = format("  {:<8} {:<20} {}\n", to_string(check.status), check.id, check.seen);
  if (check.status == Status::good || check.status == Status::not_needed) return text;
  text += format("  {:<8} {:<20} needed: {}\n", "", "", check.needed);
  if (!check.fix.empty()) text += format("  {:<8} {:<20} fix: {}\n", "", "", check.fix);
  if (!check.prevents.empty()) text += format("  {:<8} {:<20} prevents: {}\n", "", "", check.prevents);
  return text;
}

}  // namespace

std::string_view to_string(Check::Status status) {
  switch (status) {
    case Status::good:
      return "good";
    case Status::warning:
      return "warning";
    case Status::bad:
      return "BAD";
    case Status::unknown:
      return "unknown";
    case Status::not_needed:
      break;
  }
  return "-";
}

std::string why_no_jaccl(const std::vector<Check>& checks) {
  std::vector<std::string> reasons;
  for (const Check& check : checks) {
    if (!check.for_jaccl || check.status != Status::bad) continue;
    reasons.push_back(format("{}: {} ({})", check.node, check.seen, check.id));
    if (reasons.size() == 3) break;
  }
  return reasons.empty() ? "" : "JACCL not possible here: " + join(reasons, "; ");
}

bool is_fit(const std::vector<Check>& checks, bool jaccl) {
  return std::none_of(checks.begin(), checks.end(),
                      [&](const Check& check) { return check.status == Status::bad && (jaccl || !check.for_jaccl); });
}

std::string human_table(const std::vector<Check>& checks) {
  std::string text;
  for (const std::string& node : nodes_in_order(checks)) {
    std::vector<Check> own;
    for (const Check& check : checks) {
      if (check.node == node) own.push_back(check);
    }
    std::stable_sort(own.begin(), own.end(),
                     [](const Check& a, const Check& b) { return urgency(a.status) < urgency(b.status); });
    text += printable(node) + "\n";
    for (const Check& check : own) text += rows_of(check);
  }
  return text;
}

std::string to_json(const std::vector<Check>& checks) {
  nlohmann::json list = nlohmann::json::array();
  for (const Check& check : checks) {
    list.push_back({{"id", check.id},
                    {"node", check.node},
                    {"status", to_lower(to_string(check.status))},
                    {"seen", printable(check.seen)},
                    {"needed", check.needed},
                    {"fix", check.fix},
                    {"prevents", check.prevents},
                    {"for_jaccl", check.for_jaccl}});
  }
  return list.dump(1);
}

}  // namespace exo_harness::doctor
