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

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;

struct Fake {
  Fake(int nodes, const std::string& generation) {
    process::CommandOptions command;
    command.command = {EXO_BIN_DIR "/start-fake-cluster"};
    command.output = folder.path() / "start.log";
    const fs::path urls = folder.path() / "urls";
    command.environment = {
        {"EXO_HARNESS_NODES", std::to_string(nodes)},   {"EXO_HARNESS_LOG_DIR", (folder.path() / "logs").string()},
        {"EXO_FAKE_URL_FILE", urls.string()},           {"EXO_FAKE_GENERATION", generation},
        {"EXO_FAKE_NAMESPACE", "doctor-" + generation}, {"EXO_FAKE_SPEED", "0"}};
    script = process::Child::start(command);
    wait_until(Deadline::after(milliseconds(15000)), milliseconds(20), [&] { return fs::exists(urls); });
    const std::string text = read_file(urls);
    for (const auto line : lines(text)) {
      if (!trim(line).empty()) apis.emplace_back(trim(line));
    }
  }
  ~Fake() { script->end(milliseconds(3000)); }

  TemporaryFolder folder{"doctor"};
  std::optional<process::Child> script;
  std::vector<std::string> apis;
};

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
  const Fake fake(2, "v1.0.71");
  ASSERT_EQ(fake.apis.size(), 2u);
  const bool settled = wait_until(Deadline::after(milliseconds(15000)), milliseconds(50),
                                  [&] { return doctor(fake.apis, 2)["socket-edges"] == "good"; });
  ASSERT_TRUE(settled);
  auto rows = doctor(fake.apis, 2);
  EXPECT_EQ(rows["foreign-node"], "good");
  EXPECT_EQ(rows["exo-versions-equal"], "good");
  rows = doctor({fake.apis[0]}, 1);
  EXPECT_EQ(rows["foreign-node"], "bad");
  EXPECT_EQ(rows["node-count"], "bad");
}

TEST(DoctorCommand, SeesTwoVersionsAndTwoClusters) {
  const Fake one(1, "v1.0.71"), other(1, "main");
  auto rows = doctor({one.apis.at(0), other.apis.at(0)}, 2);
  EXPECT_EQ(rows["exo-versions-equal"], "bad");
  EXPECT_EQ(rows["one-cluster"], "bad");
}

}  // namespace
}  // namespace exo_harness::tools
