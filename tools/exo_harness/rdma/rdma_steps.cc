#include "rdma/rdma_steps.h"

#include <array>
#include <utility>
#include <vector>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/cause/diagnosis_record.h"

namespace exo_harness::tools {
namespace {

constexpr const char* kSuite = "rdma";

struct Names {
  const char *people, *test;
};
constexpr std::array<Names, 12> kNames = {{{"preflight", "Preflight"},
                                           {"one node", "OneNode"},
                                           {"device matrix", "DeviceMatrix"},
                                           {"place", "Place"},
                                           {"connect", "Connect"},
                                           {"load", "Load"},
                                           {"first collective", "FirstCollective"},
                                           {"warm-up", "WarmUp"},
                                           {"answer", "Answer"},
                                           {"same as one node", "SameAsOneNode"},
                                           {"repetitions", "Repetitions"},
                                           {"cleanup", "CleanUp"}}};

RdmaStep step_of(int index) {
  return static_cast<RdmaStep>(index);
}

}  // namespace

std::string_view step_name(RdmaStep step) {
  return kNames.at(static_cast<std::size_t>(step)).people;
}

std::string test_of(RdmaStep step) {
  return std::string("Rdma.") + kNames.at(static_cast<std::size_t>(step)).test;
}

RdmaSteps::RdmaSteps(journal::Journal& journal, RdmaScreen& screen, std::string model, std::string placement)
    : journal_(journal), screen_(screen), model_(std::move(model)), placement_(std::move(placement)) {
  journal::SuiteStarted started{kSuite, {}};
  for (std::size_t i = 0; i < kNames.size(); ++i) started.planned.push_back(test_of(step_of(static_cast<int>(i))));
  journal_.append(started);
}

void RdmaSteps::begin(RdmaStep step) {
  open_ = step;
  begun_ = Clock::now();
  next_ = static_cast<int>(step) + 1;
  screen_.now(step_name(step));
  journal_.append(journal::TestStarted{kSuite, test_of(step), "", 0, model_, placement_});
}

void RdmaSteps::write_end(Verdict verdict, const std::string& seen, std::optional<milliseconds> took) {
  journal::TestEnded ended;
  ended.suite = kSuite;
  ended.test = test_of(*open_);
  ended.result = verdict;
  ended.took_ms = took.value_or(std::chrono::duration_cast<milliseconds>(Clock::now() - begun_)).count();
  if (verdict == Verdict::passed) {
    if (!seen.empty()) ended.properties["seen"] = printable(seen);
  } else {
    ended.failures.push_back({"", 0, printable(seen)});
    ended.expectation = printable(seen);
    bad_ = true;
  }
  journal_.append(ended);
  open_.reset();
}

void RdmaSteps::pass(const std::string& seen, std::optional<milliseconds> took) {
  screen_.step(RdmaScreen::Word::ok, step_name(*open_), seen);
  write_end(Verdict::passed, seen, took);
}

void RdmaSteps::fail(const std::string& seen, const diagnose::Diagnosis& why) {
  screen_.step(RdmaScreen::Word::fail, step_name(*open_), seen);
  if (!trouble_) trouble_ = RdmaTrouble{*open_, seen, why};
  journal_.append(record_of(test_of(*open_), why));
  write_end(why.verdict, seen, std::nullopt);
}

void RdmaSteps::abandon(Verdict verdict, const std::string& why) {
  if (!open_) return;
  screen_.step(RdmaScreen::Word::fail, step_name(*open_), why);
  write_end(verdict, why, std::nullopt);
}

void RdmaSteps::skip_to(RdmaStep last, const std::string& why) {
  std::vector<std::string> names;
  for (; next_ <= static_cast<int>(last); ++next_) {
    names.emplace_back(step_name(step_of(next_)));
    const std::string test = test_of(step_of(next_));
    journal_.append(journal::TestStarted{kSuite, test, "", 0, model_, placement_});
    journal::TestEnded ended;
    ended.suite = kSuite, ended.test = test, ended.result = Verdict::skipped, ended.skip_reason = why;
    journal_.append(ended);
  }
  if (!names.empty()) screen_.step(RdmaScreen::Word::skip, "not tried", join(names, ", "));
}

void RdmaSteps::finish() {
  journal_.append(journal::SuiteEnded{kSuite, to_int(bad_ ? ExitCode::failed : ExitCode::passed), 0, false, ""});
}

}  // namespace exo_harness::tools
