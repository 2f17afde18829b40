#include "leftovers.h"

#include <filesystem>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"

#include "session.h"

namespace exo_harness::gtest {
namespace {

std::filesystem::path note() {
  return environment("EXO_HARNESS_CLUSTER") + ".placed";
}

}  // namespace

void remember_placed(const std::string& instance_id) {
  write_file(note(), instance_id + "\n");
}

void forget_placed() {
  std::error_code ignored;
  std::filesystem::remove(note(), ignored);
}

void remove_leftovers(cluster::Cluster& cluster) {
  std::error_code ignored;
  if (!std::filesystem::exists(note(), ignored)) return;
  const std::string id(trim(read_file(note())));
  const auto state = cluster.state();
  if (state && state->instances.count(id) != 0) static_cast<void>(cluster.remove(id));
  forget_placed();
}

}  // namespace exo_harness::gtest
