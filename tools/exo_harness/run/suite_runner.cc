#include "run/suite_runner.h"

#include <algorithm>

#include <signal.h>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redacted_copy.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/bounded_log.h"
#include "exo_reports/run_record.h"

#include "app/quick_selection.h"

namespace exo_harness::tools {
namespace {

constexpr milliseconds kLookEvery{15};
constexpr milliseconds kGraceOfSuite{3000}, kWordOfSupervisor{300};

std::string last_output(const std::filesystem::path& log) {
  return std::string(last_lines(process::end_of_log(log), 12));
}

}  // namespace

process::CommandResult list_tests(std::vector<std::string> command, std::map<std::string, std::string> environment,
                                  milliseconds limit) {
  process::CommandOptions options;
  options.command = std::move(command);
  options.command.push_back("--gtest_list_tests");
  options.environment = std::move(environment);
  return process::run_command(options, Deadline::after(limit));
}

SuiteRunner::SuiteRunner(Options options, journal::Journal& journal, LiveView& view)
    : options_(std::move(options)), journal_(journal), view_(view), tail_(options_.journal) {}

std::vector<std::string> SuiteRunner::list(const std::string& suite) {
  const process::CommandResult listed =
      list_tests(command_for(suite, {}), options_.environment, options_.listing_limit);
  if (listed.status.ok()) return selected(suite, listed.output);
  journal_.append(journal::SuiteStarted{suite, {}});
  journal_.append(journal::SuiteEnded{suite, listed.status.code, listed.status.signal, listed.status.timed_out,
                                      format("could not list its tests: {}: {}", process::to_string(listed.status),
                                             trim(last_lines(listed.output, 3)))});
  look();
  return {};
}

std::vector<std::string> SuiteRunner::selected(const std::string& suite, const std::string& listing) {
  const std::vector<std::string> tests = parse_test_list(listing);
  if (!options_.quick) return tests;
  QuickSelection selection = select_quick(tests, parse_quick_marks(listing));
  journal_.append(journal::Fact{std::string(exo_reports::kLeftOutPrefix) + suite, join(selection.left_out, ",")});
  return selection.tests;
}

std::vector<std::string> SuiteRunner::command_for(const std::string& suite,
                                                  const std::vector<std::string>& tests) const {
  std::vector<std::string> command = {options_.binary_of(suite).string()};
  command.insert(command.end(), options_.gtest_flags.begin(), options_.gtest_flags.end());
  if (!tests.empty()) command.push_back("--gtest_filter=" + join(tests, ":"));
  return command;
}

bool SuiteRunner::run(const SuiteStep& step) {
  begun_.clear();
  std::vector<std::string> left = step.tests;
  while (!left.empty()) {
    if (!options_.why_stop().empty()) return false;
    const std::size_t before = left.size();
    const bool stopped = !run_once(step.suite, left);
    left = without_ended(left);
    if (stopped) return false;
    if (left.size() == before) break;  // Not even the first test began: the next process would not do better.
  }
  return true;
}

std::vector<std::string> SuiteRunner::without_ended(const std::vector<std::string>& tests) const {
  std::vector<std::string> left;
  std::copy_if(tests.begin(), tests.end(), std::back_inserter(left), [&](const auto& t) { return !begun_.count(t); });
  return left;
}

bool SuiteRunner::run_once(const std::string& suite, const std::vector<std::string>& tests) {
  process::CommandOptions command;
  command.command = command_for(suite, tests);
  command.environment = options_.environment;
  command.output = log_ = options_.logs / format("suite-{}-{}.log", suite, ++processes_);
  has_plan_ = false;
  running_.clear();
  process::Child process = process::Child::start(command);
  const process::ExitStatus status = follow(process, suite);
  clean_log();
  look();
  if (!has_plan_) journal_.append(journal::SuiteStarted{suite, tests});  // It died before it could say so.
  std::string trouble = is_ours(status) ? format("{}: {}", process::to_string(status), trim(last_output(log_))) : "";
  if (status.flooded) trouble = format("it wrote more than {} MiB and was ended", command.output_limit >> 20);
  journal_.append(journal::SuiteEnded{suite, status.code, status.signal, status.timed_out, trouble});
  journal_.append(journal::LogFile{"suite " + suite, "logs/" + command.output.filename().string(), "stdout"});
  journal_.sync();
  look();
  return options_.why_stop().empty();
}

void SuiteRunner::clean_log() {
  if (redact_in_place(log_)) return;
  journal_.append(journal::Trouble{format("secrets could not be taken out of the log {}", log_.string()),
                                   "remove it, or free space there", Blame::environment, true});
}

// Whether such an end says nothing of the cluster: before its plan a suite has asked it nothing.
bool SuiteRunner::is_ours(const process::ExitStatus& status) const {
  if (status.timed_out || !options_.why_stop().empty()) return false;
  return status.signal != 0 ? !has_plan_ : status.code == to_int(ExitCode::harness) && begun_.empty();
}

process::ExitStatus SuiteRunner::follow(process::Child& process, const std::string& suite) {
  last_sign_ = Clock::now();
  const pid_t process_id = process.pid();
  bool timed_out = false;
  while (true) {
    look();
    if (auto status = process.poll()) {
      if (status->signal != 0) blame_supervisor(process_id, suite, status->signal);
      status->timed_out = timed_out;
      return *status;
    }
    if (const std::string why = options_.why_stop(); !why.empty()) {
      end_by_force(process, suite, why);
    } else if (Clock::now() - last_sign_ > options_.test_limit) {
      timed_out = true;
      journal_.append(
          journal::WatchdogFired{suite, running_, std::nullopt, options_.test_limit.count(), last_output(log_)});
      end_by_force(process, suite, "no test began or ended in time");
    }
    process.wait(Deadline::after(kLookEvery));
  }
}

// A supervisor that ended the cluster has ended this process, too. Its word may come a moment after the signal.
void SuiteRunner::blame_supervisor(pid_t process, const std::string& suite, int signal) {
  std::string why;
  wait_until(Deadline::after(kWordOfSupervisor), kLookEvery, [&] { return !(why = options_.why_stop()).empty(); });
  if (!why.empty()) journal_.append(journal::SignalSent{"suite:" + suite, process, signal, why});
}

// The record comes before the signal, so that it is there even if we die in between.
void SuiteRunner::end_by_force(process::Child& process, const std::string& suite, const std::string& reason) {
  for (const int number : {SIGTERM, SIGKILL}) {
    journal_.append(journal::SignalSent{"suite:" + suite, process.pid(), number, reason});
    process.signal_group(number);
    const Deadline grace = Deadline::after(kGraceOfSuite);
    wait_until(grace, kLookEvery,
               [&] { return process.poll().has_value() || (number == SIGTERM && options_.hurry()); });
    if (process.poll()) return;
  }
}

void SuiteRunner::look() {
  for (const journal::Record& record : tail_.read_new()) {
    if (const auto* started = std::get_if<journal::TestStarted>(&record.body)) {
      begun_.insert(started->test);
      running_ = started->test;
      last_sign_ = Clock::now();
    } else if (std::holds_alternative<journal::SuiteStarted>(record.body)) {
      has_plan_ = has_plan_ || record.writer != "harness";
    } else if (const auto* ended = std::get_if<journal::TestEnded>(&record.body)) {
      if (running_ == ended->test) running_.clear();
      last_sign_ = Clock::now();
    }
    if (options_.on_record) options_.on_record(record);
    view_.show(record);
  }
}

}  // namespace exo_harness::tools
