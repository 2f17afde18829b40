#include "leftovers.h"

#include <filesystem>
#include <set>
#include <vector>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"

#include "session.h"

namespace exo_harness::gtest {
namespace {

std::filesystem::path note() {
  return environment("EXO_HARNESS_CLUSTER") + ".placed";
}

std::set<std::string> noted() {
  std::error_code ignored;
  std::set<std::string> ids;
  if (!std::filesystem::exists(note(), ignored)) return ids;
  const std::string text = read_file(note());
  for (const std::string_view line : lines(text)) {
    if (!trim(line).empty()) ids.emplace(trim(line));
  }
  return ids;
}

void write_note(const std::set<std::string>& ids) {
  std::error_code ignored;
  if (ids.empty()) return static_cast<void>(std::filesystem::remove(note(), ignored));
  write_file(note(), join(std::vector<std::string>(ids.begin(), ids.end()), "\n") + "\n");
}

}  // namespace

void remember_placed(const std::string& instance_id) {
  std::set<std::string> ids = noted();
  if (ids.insert(instance_id).second) write_note(ids);
}

void forget_placed(const std::string& instance_id) {
  std::set<std::string> ids = noted();
  if (ids.erase(instance_id) != 0) write_note(ids);
}

void remove_leftovers(cluster::Cluster& cluster) {
  for (const std::string& id : noted()) {
    const auto state = cluster.state();
    if (!state || (state->instances.count(id) != 0 && !cluster.remove(id))) continue;  // The next process tries again.
    forget_placed(id);
  }
}

}  // namespace exo_harness::gtest
