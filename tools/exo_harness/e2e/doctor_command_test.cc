// `exo-harness doctor` against two fake clusters of different versions: who belongs together and who is foreign.
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"

#include "started_fake.h"

namespace exo_harness::tools {
namespace {

/// Status of each row of the cluster, by id.
std::map<std::string, std::string> doctor(const std::vector<std::string>& apis, int nodes) {
  process::CommandOptions command;
  command.command = {EXO_BIN_DIR "/exo-harness", "doctor", "--json", "--nodes", std::to_string(nodes)};
  for (const std::string& api : apis) command.command.insert(command.command.end(), {"--api", api});
  const auto result = process::run_command(command, Deadline::after(milliseconds(30000)));
  std::map<std::string, std::string> rows;
  const auto parsed = nlohmann::json::parse(result.output, nullptr, false);
  if (!parsed.is_array()) {
    ADD_FAILURE() << result.output;
    return rows;
  }
  for (const auto& row : parsed) {
    if (row.at("node") == "cluster") rows[row.at("id")] = row.at("status");
  }
  return rows;
}

TEST(DoctorCommand, SaysWhoBelongsToTheCluster) {
  const StartedFake fake(2, "v1.0.71");
  ASSERT_EQ(fake.apis().size(), 2u);
  const bool settled = wait_until(Deadline::after(milliseconds(15000)), milliseconds(50),
                                  [&] { return doctor(fake.apis(), 2)["socket-edges"] == "good"; });
  ASSERT_TRUE(settled);
  auto rows = doctor(fake.apis(), 2);
  EXPECT_EQ(rows["foreign-node"], "good");
  EXPECT_EQ(rows["exo-versions-equal"], "good");
  rows = doctor({fake.apis()[0]}, 1);
  EXPECT_EQ(rows["foreign-node"], "bad");
  EXPECT_EQ(rows["node-count"], "bad");
}

TEST(DoctorCommand, SeesTwoVersionsAndTwoClusters) {
  const StartedFake one(1, "v1.0.71"), other(1, "main");
  auto rows = doctor({one.apis().at(0), other.apis().at(0)}, 2);
  EXPECT_EQ(rows["exo-versions-equal"], "bad");
  EXPECT_EQ(rows["one-cluster"], "bad");
}

}  // namespace
}  // namespace exo_harness::tools
