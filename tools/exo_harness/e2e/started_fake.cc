#include "started_fake.h"

#include <filesystem>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;

StartedFake::StartedFake(int nodes, const std::string& generation) {
  process::CommandOptions command;
  command.command = {EXO_BIN_DIR "/start-fake-cluster"};
  command.output = folder_.path() / "start.log";
  const fs::path urls = folder_.path() / "urls";
  command.environment = {{"EXO_HARNESS_NODES", std::to_string(nodes)},
                         {"EXO_HARNESS_LOG_DIR", (folder_.path() / "logs").string()},
                         {"EXO_FAKE_URL_FILE", urls.string()},
                         {"EXO_FAKE_GENERATION", generation},
                         {"EXO_FAKE_NAMESPACE", folder_.path().filename().string()},
                         {"EXO_FAKE_SPEED", "0"}};
  script_ = process::Child::start(command);
  if (!wait_until(Deadline::after(milliseconds(60000)), milliseconds(20), [&] { return fs::exists(urls); })) return;
  const std::string text = read_file(urls);
  for (const auto line : lines(text)) {
    if (!trim(line).empty()) apis_.emplace_back(trim(line));
  }
}

StartedFake::~StartedFake() {
  script_->end(milliseconds(3000));
}

}  // namespace exo_harness::tools
