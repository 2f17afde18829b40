#include "exo_harness/diagnose/process_look.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <optional>
#include <thread>

#include <unistd.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/local_command.h"

namespace exo_harness::diagnose {
namespace {

double number(std::string_view text) {
  const std::string copy(trim(text));
  return std::strtod(copy.c_str(), nullptr);
}

// `1:02:03.45`, `02:03` or `3-04:05:06` of ps, in seconds.
double seconds_of(std::string_view text) {
  double days = 0;
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    days = number(text.substr(0, dash));
    text.remove_prefix(dash + 1);
  }
  double seconds = 0;
  for (const std::string_view part : split(text, ':')) seconds = seconds * 60 + number(part);
  return days * 86400 + seconds;
}

std::optional<ProcessTimes> times_of(pid_t pid) {
  const std::filesystem::path file = format("/proc/{}/stat", pid);
  if (std::filesystem::exists("/proc/self/stat")) {
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return std::nullopt;
    try {
      return parse_proc_stat(read_file(file), ::sysconf(_SC_CLK_TCK));
    } catch (const std::exception&) {
      return std::nullopt;  // gone since
    }
  }
  const CommandAnswer answer =
      run_local({"ps", "-o", "state=,time=,comm=", "-p", format("{}", pid)}, milliseconds(2000));
  if (trim(answer.out).empty()) return std::nullopt;
  return parse_ps_line(answer.out);
}

// Why a tool gave no stack; empty when it gave one.
std::string trouble_of(const std::string& tool, const CommandAnswer& answer) {
  if (!answer.timed_out && answer.exit_code == 0) return "";
  return format("{}: {}", tool, shorten(printable(trim(answer.timed_out ? "it did not end" : answer.err)), 200));
}

// py-spy shows Python's frames, but on macOS to root only; `sample` shows those of C, to whoever owns the process.
void take_stack(ProcessLook& look) {
  const std::string pid = format("{}", look.pid);
  std::vector<std::string> troubles;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"py-spy", "dump", "--pid", pid}, {"sample", pid, "1", "-mayDie", "-file", "/dev/stdout"}}) {
    const CommandAnswer answer = run_local(command, milliseconds(6000));
    if (!answer.found) continue;
    const std::string trouble = trouble_of(command.front(), answer);
    if (trouble.empty()) {
      look.stack = shorten(printable(answer.out), 8192);
      return;
    }
    troubles.push_back(trouble);
  }
  look.no_stack = "no stack: " + (troubles.empty() ? "neither py-spy nor sample is here" : join(troubles, "; "));
}

}  // namespace

ProcessTimes parse_proc_stat(std::string_view text, long ticks_per_second) {
  ProcessTimes times;
  const std::size_t open = text.find('('), close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return times;
  const std::vector<std::string_view> fields = split(text.substr(std::min(text.size(), close + 2)), ' ');
  if (fields.size() < 13 || fields[0].empty()) return times;
  times.command = text.substr(open + 1, close - open - 1);
  times.state = fields[0][0];
  times.cpu_seconds = (number(fields[11]) + number(fields[12])) / static_cast<double>(std::max(1L, ticks_per_second));
  return times;
}

ProcessTimes parse_ps_line(std::string_view text) {
  ProcessTimes times;
  std::vector<std::string_view> words;
  for (const std::string_view word : split(trim(text), ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  if (words.size() < 2) return times;
  times.state = words[0][0] == 'U' ? 'D' : words[0][0];
  times.cpu_seconds = seconds_of(words[1]);
  if (words.size() > 2)
    times.command = std::string(text.substr(static_cast<std::size_t>(words[2].data() - text.data())));
  times.command = trim(times.command);
  return times;
}

std::vector<ProcessLook> look_at_processes(const std::vector<pid_t>& pids, std::chrono::milliseconds over) {
  std::vector<ProcessLook> processes(pids.size());
  for (std::size_t i = 0; i < pids.size(); ++i) processes[i].pid = pids[i];
  return look_at_processes(std::move(processes), over);
}

std::vector<ProcessLook> look_at_processes(std::vector<ProcessLook> processes, std::chrono::milliseconds over) {
  std::vector<std::pair<ProcessLook, double>> looks;
  for (ProcessLook& look : processes) {
    const auto times = times_of(look.pid);
    if (times) looks.emplace_back(std::move(look), times->cpu_seconds);
  }
  const auto begin = Clock::now();
  std::this_thread::sleep_until(begin + over);
  std::vector<ProcessLook> result;
  for (auto& [look, before] : looks) {
    const auto times = times_of(look.pid);
    if (!times) continue;
    look.state = times->state;
    look.command = times->command;
    const double wall = std::chrono::duration<double>(Clock::now() - begin).count();
    if (wall > 0) look.cpu_percent = std::max(0.0, 100 * (times->cpu_seconds - before) / wall);
    result.push_back(look);
  }
  std::vector<std::future<void>> stacks;
  for (ProcessLook& look : result) stacks.push_back(std::async(std::launch::async, [&look] { take_stack(look); }));
  for (std::future<void>& stack : stacks) stack.get();
  return result;
}

journal::ProcessLooked record_of(const ProcessLook& look) {
  return {look.pid,
          look.rank,
          look.is_runner,
          look.node,
          look.command,
          std::string(1, look.state),
          static_cast<int>(std::lround(look.cpu_percent)),
          look.stack,
          look.no_stack};
}

ProcessLook look_of(const journal::ProcessLooked& record) {
  ProcessLook look;
  look.pid = static_cast<pid_t>(record.pid);
  look.rank = record.rank;
  look.is_runner = record.is_runner;
  look.node = record.node;
  look.command = record.command;
  look.state = record.state.empty() ? '?' : record.state.front();
  look.cpu_percent = record.cpu_percent;
  look.stack = record.stack;
  look.no_stack = record.no_stack;
  return look;
}

std::string for_people(const ProcessLook& look) {
  const auto doing = [&]() -> std::string {
    switch (look.state) {
      case 'R':
        return "runs";
      case 'S':
      case 'I':
        return "sleeps";
      case 'D':
        return "waits for disk or driver";
      case 'T':
      case 't':
        return "is stopped";
      case 'Z':
        return "is dead and not reaped";
      default:
        return "is in an unknown state";
    }
  };
  std::string line = format("{} pid {} {}", look.is_runner ? "runner" : "node", look.pid, doing());
  if (look.rank >= 0) line = format("rank {}: ", look.rank) + line;
  if (look.cpu_percent >= 0) line += format(", {:.0f} % of a core", look.cpu_percent);
  if (look.stack.empty() && !look.no_stack.empty()) line += "; " + look.no_stack;
  return line;
}

}  // namespace exo_harness::diagnose
