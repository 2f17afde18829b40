#include "supervisor_log.h"

#include <fcntl.h>
#include <unistd.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

namespace exo_leash {

SupervisorLog::SupervisorLog(const std::filesystem::path& run_folder)
    : fd_(::open((run_folder / "leash.jsonl").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {}

void SupervisorLog::note(std::string_view event, std::string_view fields) {
  const std::string line =
      exo_harness::format("{{\"t_ns\":{},\"utc\":\"{}\",\"event\":\"{}\"{}{}}}\n", exo_harness::monotonic_ns(),
                          exo_harness::utc_now(), event, fields.empty() ? "" : ",", fields);
  [[maybe_unused]] const ssize_t n = ::write(fd_.get(), line.data(), line.size());
}

void SupervisorLog::sync() {
  ::fsync(fd_.get());
}

std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : exo_harness::printable(exo_harness::redact(text))) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += (c == '\n' || c == '\t' || c == '\r') ? ' ' : c;
  }
  return quoted + '"';
}

std::string json_texts(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(json_text(text));
  return "[" + exo_harness::join(quoted, ",") + "]";
}

}  // namespace exo_leash
