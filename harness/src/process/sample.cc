#include "exo_harness/process/sample.h"

#include <cmath>
#include <future>
#include <thread>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"
#include "exo_harness/process/table.h"

namespace exo_harness::process {
namespace {

// Why a tool gave no stack; empty when it gave one.
std::string trouble_of(const std::string& tool, const CommandResult& answer) {
  if (answer.status.ok()) return "";
  const std::string& said = answer.status.timed_out ? "it did not end" : answer.errors;
  return format("{}: {}", tool, shorten(printable(trim(said)), 200));
}

// py-spy shows Python's frames, but on macOS to root only; `sample` shows those of C, to whoever owns the process.
void take_stack(ProcessSample& sample) {
  const std::string pid = format("{}", sample.pid);
  std::vector<std::string> troubles;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"py-spy", "dump", "--pid", pid}, {"sample", pid, "1", "-mayDie", "-file", "/dev/stdout"}}) {
    const auto answer = ask_program(command, milliseconds(6000));
    if (!answer) continue;
    const std::string trouble = trouble_of(command.front(), *answer);
    if (trouble.empty()) {
      sample.stack = shorten(printable(answer->output), 8192);
      return;
    }
    troubles.push_back(trouble);
  }
  sample.no_stack = "no stack: " + (troubles.empty() ? "neither py-spy nor sample is here" : join(troubles, "; "));
}

}  // namespace

std::vector<ProcessSample> sample_processes(const std::vector<pid_t>& pids, std::chrono::milliseconds over) {
  std::vector<ProcessSample> processes(pids.size());
  for (std::size_t i = 0; i < pids.size(); ++i) processes[i].pid = pids[i];
  return sample_processes(std::move(processes), over);
}

std::vector<ProcessSample> sample_processes(std::vector<ProcessSample> processes, std::chrono::milliseconds over) {
  std::vector<std::pair<ProcessSample, double>> samples;
  for (ProcessSample& sample : processes) {
    const auto times = times_of(sample.pid);
    if (times) samples.emplace_back(std::move(sample), times->cpu_seconds);
  }
  const auto begin = Clock::now();
  std::this_thread::sleep_until(begin + over);
  std::vector<ProcessSample> result;
  for (auto& [sample, before] : samples) {
    const auto times = times_of(sample.pid);
    if (!times) continue;
    sample.state = times->state;
    sample.command = times->command;
    const double wall = std::chrono::duration<double>(Clock::now() - begin).count();
    if (wall > 0) sample.cpu_percent = std::max(0.0, 100 * (times->cpu_seconds - before) / wall);
    result.push_back(sample);
  }
  std::vector<std::future<void>> stacks;
  for (ProcessSample& sample : result)
    stacks.push_back(std::async(std::launch::async, [&sample] { take_stack(sample); }));
  for (std::future<void>& stack : stacks) stack.get();
  return result;
}

std::string humanize(const ProcessSample& sample) {
  const auto doing = [&]() -> std::string {
    switch (sample.state) {
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
  std::string line = format("{} pid {} {}", sample.is_runner ? "runner" : "node", sample.pid, doing());
  if (sample.rank >= 0) line = format("rank {}: ", sample.rank) + line;
  if (sample.cpu_percent >= 0) line += format(", {:.0f} % of a core", sample.cpu_percent);
  if (sample.stack.empty() && !sample.no_stack.empty()) line += "; " + sample.no_stack;
  return line;
}

}  // namespace exo_harness::process
