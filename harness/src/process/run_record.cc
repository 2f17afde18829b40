#include "exo_harness/process/run_record.h"

#include <cstdlib>
#include <map>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

namespace exo_harness::process {
namespace {

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return text;
}

ProcessId parse_process(const std::string& text) {
  char* rest = nullptr;
  const auto pid = static_cast<pid_t>(std::strtol(text.c_str(), &rest, 10));
  return {pid, std::strtoull(rest, nullptr, 10)};
}

std::string one_line(const std::vector<ProcessId>& processes) {
  std::vector<std::string> words;
  for (const ProcessId& each : processes) words.push_back(format("{} {}", each.pid, each.start));
  return join(words, ",");
}

std::vector<ProcessId> parse_processes(const std::string& text) {
  std::vector<ProcessId> processes;
  for (const std::string_view word : split(text, ',')) {
    if (const ProcessId each = parse_process(std::string(word)); each.pid > 1) processes.push_back(each);
  }
  return processes;
}

}  // namespace

void write_run_record(const std::filesystem::path& run_folder, const RunRecord& record) {
  write_file(
      run_folder / kRunRecordFile,
      format("run_id {}\nboot {}\nharness {} {}\nleash {} {}\ncommand {}\nmark {}\nkept_up {}\nclean {}\nlineage {}\n",
             record.run_id, record.boot, record.harness.pid, record.harness.start, record.supervisor.pid,
             record.supervisor.start, one_line(redact(record.command)), record.mark.string(), record.kept_up ? 1 : 0,
             record.clean ? 1 : 0, one_line(record.lineage)));
}

std::optional<RunRecord> read_run_record(const std::filesystem::path& run_folder) try {
  const std::string text = read_file(run_folder / kRunRecordFile);
  std::map<std::string, std::string> values;
  for (std::string_view line : lines(text)) {
    const std::size_t space = line.find(' ');
    if (space != std::string_view::npos) values[std::string(line.substr(0, space))] = line.substr(space + 1);
  }
  if (values["run_id"].empty()) return std::nullopt;
  RunRecord record{values["run_id"],
                   values["boot"],
                   parse_process(values["harness"]),
                   parse_process(values["leash"]),
                   values["command"],
                   values["mark"],
                   values["kept_up"] == "1",
                   values["clean"] == "1",
                   parse_processes(values["lineage"])};
  return record;
} catch (const HarnessError&) {
  return std::nullopt;
}

}  // namespace exo_harness::process
