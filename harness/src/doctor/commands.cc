#include "exo_harness/doctor/commands.h"

#include <memory>

#include <nlohmann/json.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/process/child.h"

namespace exo_harness::doctor {
namespace {

const CommandAnswer kNotFound{false, false, 127, "", ""};

struct Recorded {
  std::vector<std::string> command;
  CommandAnswer answer;
};

std::vector<Recorded> parse(const std::string& text) {
  std::vector<Recorded> all;
  for (const auto& entry : nlohmann::json::parse(text)) {
    Recorded one;
    one.command = entry.at("command").get<std::vector<std::string>>();
    one.answer.out = entry.at("stdout").get<std::string>();
    one.answer.err = entry.at("stderr").get<std::string>();
    one.answer.timed_out = entry.value("timed_out", false);
    one.answer.exit_code = entry.at("exit_code").is_null() ? -1 : entry.at("exit_code").get<int>();
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

RunCommand local_commands(std::chrono::milliseconds limit) {
  return [limit](const std::vector<std::string>& command) {
    auto answer = process::ask_program(command, limit);
    if (!answer) return kNotFound;
    const process::ExitStatus& status = answer->status;
    const int code = status.signal == 0 ? status.code : -1;
    return CommandAnswer{true, status.timed_out, code, std::move(answer->output), std::move(answer->errors)};
  };
}

RunCommand recorded_commands(const std::filesystem::path& file) {
  auto all = std::make_shared<std::vector<Recorded>>();
  try {
    *all = parse(read_file(file));
  } catch (const nlohmann::json::exception& error) {
    throw HarnessError(format("{} holds no recorded commands: {}", file.string(), error.what()),
                       "it must be a JSON array of command, stdout, stderr and exit_code");
  }
  return [all](const std::vector<std::string>& command) {
    for (const Recorded& one : *all) {
      if (one.command == command) return one.answer;
    }
    return kNotFound;
  };
}

}  // namespace exo_harness::doctor
