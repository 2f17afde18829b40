#include "log_record.h"

#include "exo_harness/core/text.h"
#include "exo_harness/exo/log_line.h"

namespace exo_harness::diagnose {
namespace {

// Exo logs requests, tasks and (v1.0.71) rendered prompts at INFO: whatever stands there is no failure (contract 14).
bool holds_user_text(const exo::LogLine& line) {
  for (const std::string_view start :
       {"Executing command: ", "Starting task TextGeneration", "received chat request", "<|"}) {
    if (std::string_view(line.message).starts_with(start)) return true;
  }
  return contains(line.place, "apply_chat_template");
}

bool is_quiet(const exo::LogLine& line) {
  if (line.level != "INFO" && line.level != "DEBUG" && line.level != "TRACE") return false;
  return !std::string_view(line.message).starts_with("Runner std");
}

}  // namespace

bool begin_record(std::string_view line, std::uint64_t number, LogRecord& record) {
  if (line.find(" | ") == std::string_view::npos) return false;
  const std::optional<exo::LogLine> header = exo::parse_log_line(line.substr(0, 4096));
  if (!header) return false;
  record = {number, header->time, header->level, false, holds_user_text(*header), is_quiet(*header)};
  return true;
}

bool is_believable(const LogRecord& record, const Signature& signature, bool is_header) {
  if (record.user_text) return false;
  return !(is_header && record.quiet && signature.where != "log");
}

std::optional<Phase> phase_begun(std::string_view line) {
  const std::optional<exo::LogLine> header = exo::parse_log_line(line.substr(0, 4096));
  if (!header) return std::nullopt;
  for (const RunnerStep& step : kRunnerSteps) {
    if (trim(header->message) == step.words) return step.phase;
  }
  return std::nullopt;
}

}  // namespace exo_harness::diagnose
