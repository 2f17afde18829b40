#include "exo_harness/trial/model_trial.h"

#include <algorithm>
#include <cctype>

#include "exo_harness/core/format.h"
#include "exo_harness/core/test_name.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/signature/signature.h"

namespace exo_harness::trial {
namespace {

using diagnose::Meaning;

constexpr std::size_t kMostBytesOfWhy = 200;

std::string in_identifier(std::string_view text) {
  std::string name(text);
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return name;
}

bool is_bad(const TestSeen& test) {
  return is_failure(test.result);
}

// Known findings are expected failures too, but of Exo; those of a model are of this suite.
bool is_expected_failure(const TestSeen& test) {
  return test.suite == "expected_failure" && test.result == Verdict::expected_failure;
}

bool is_well(const TestSeen& test) {
  return test.result == Verdict::passed || test.result == Verdict::unexpected_pass ||
         (test.result == Verdict::expected_failure && !is_expected_failure(test));
}

// What such a test says of an answer is that it is wrong.
bool is_about_answers(const TestSeen& test) {
  return test.suite == "inference" || test.met == FailureKind::mismatch;
}

bool answers_wrongly(const TestSeen& test) {
  return test.result == Verdict::failed && is_about_answers(test) && !test.exchange_failed;
}

// The budget of tokens ended while the model thought.
bool has_no_answer(const TestSeen& test) {
  return test.suite == "inference" && test.result == Verdict::inconclusive && !test.message.empty();
}

std::string one_line(std::string_view text) {
  std::vector<std::string_view> words;
  for (const std::string_view line : lines(text)) {
    if (!trim(line).empty()) words.push_back(trim(line));
  }
  // What the author of a test adds stands last.
  return words.empty() ? "" : shorten(std::string(words.back()), kMostBytesOfWhy);
}

std::string short_line(std::string_view text) {
  return shorten(first_line(text), kMostBytesOfWhy);
}

class Placement {
 public:
  Placement(const model::FixtureModel& model, const exo::Mode& mode) : model_(model), mode_(mode) {}

  bool is(const exo::Mode& mode) const { return mode == mode_; }
  void add(const TestSeen& test) { tests_.push_back(&test); }

  bool was_selected() const {
    return find([](const TestSeen& test) { return test.suite != "expected_failure"; }) != nullptr;
  }

  PlacementResult judge(StagedNodes nodes) const {
    PlacementResult result{exo::short_name(mode_), StrategyOutcome::not_tried, "", false};
    const TestSeen* test = find(is_bad);
    if (test == nullptr) {
      test = find(is_expected_failure);
      result.as_expected = test != nullptr;
    }
    if (test == nullptr) return without_failure(std::move(result), nodes);
    const StrategyEvidence evidence = evidence_of(*test);
    result.outcome = classify(evidence);
    result.why = why_of(*test);
    return result;
  }

 private:
  template <class Predicate>
  const TestSeen* find(Predicate is_it) const {
    const auto found = std::find_if(tests_.begin(), tests_.end(), [&](const TestSeen* test) { return is_it(*test); });
    return found == tests_.end() ? nullptr : *found;
  }

  bool is_of_this(const journal::PhaseEnded& phase) const {
    return (phase.model == model_.repo || phase.model == model_.id) && phase.placement == exo::short_name(mode_);
  }
  bool was_ready(const TestSeen& test) const {
    return std::any_of(test.phases.begin(), test.phases.end(), [&](const auto& phase) {
      return is_of_this(phase) && phase.ok && phase.phase == Phase::warm_up;
    });
  }
  const journal::PhaseEnded* failed_phase(const TestSeen& test) const {
    const auto found = std::find_if(test.phases.begin(), test.phases.end(),
                                    [&](const auto& phase) { return is_of_this(phase) && !phase.ok; });
    return found == test.phases.end() ? nullptr : &*found;
  }

  PlacementResult without_failure(PlacementResult result, StagedNodes nodes) const {
    StrategyEvidence evidence;
    evidence.tried = find([&](const TestSeen& test) { return was_ready(test); }) != nullptr && find(is_well) != nullptr;
    evidence.listed = evidence.tried || nodes.all < mode_.world_size || nodes.with_model >= mode_.world_size;
    result.outcome = classify(evidence);
    if (const TestSeen* open = find(has_no_answer); open != nullptr && result.outcome == StrategyOutcome::works) {
      result.outcome = StrategyOutcome::no_answer;
      result.why = format("{}: {}", parts_of_test(open->test).promise, short_line(open->message));
      return result;
    }
    if (result.outcome == StrategyOutcome::works) {
      const bool surprise =
          find([](const TestSeen& test) { return test.result == Verdict::unexpected_pass; }) != nullptr;
      result.why = surprise ? "though expected to fail" : "";
      return result;
    }
    const TestSeen* skipped = find([](const TestSeen& test) { return !test.skip_reason.empty(); });
    result.why = skipped != nullptr ? short_line(skipped->skip_reason) : "no test placed it";
    return result;
  }

  StrategyEvidence evidence_of(const TestSeen& test) const {
    StrategyEvidence evidence;
    const model::Expectation expected = model_.expectation(mode_);
    if (expected.kind == model::Expectation::Kind::fails) {
      evidence.prediction.emplace();
      evidence.prediction->phases = expected.phases;
    }
    if (const journal::PhaseEnded* phase = failed_phase(test)) {
      evidence.failed_phase = phase->phase;
      evidence.failure = Failure{phase->failure_kind.value_or(FailureKind::malformed), phase->failure, phase->evidence};
    } else if (answers_wrongly(test)) {
      evidence.answers_right = false;
    } else {
      evidence.failed_phase = test.suite == "staging" ? Phase::stage : Phase::generate;
      evidence.failure = Failure{kind_of(test), test.message, ""};
    }
    if (evidence.failure) add_meaning(test, evidence);
    return evidence;
  }

  // The failure's own words, and those of what was found about it.
  static void add_meaning(const TestSeen& test, StrategyEvidence& evidence) {
    std::vector<std::string> said = test.runner_failures;
    said.push_back(evidence.failure->what + "\n" + evidence.failure->evidence);
    for (const auto& diagnosis : test.diagnoses) said.push_back(diagnosis.cause);
    evidence.says_not_found = says(Meaning::not_found, test, join(said, "\n"));
    evidence.says_not_supported = says(Meaning::not_supported, test, join(said, "\n"));
  }

  static bool says(Meaning meaning, const TestSeen& test, std::string_view text) {
    const diagnose::SignatureBook& book = diagnose::SignatureBook::standard(model::fixtures_folder());
    const auto is_meant = [&](const journal::DiagnosisMade& diagnosis) {
      const diagnose::Signature* known = book.find(diagnosis.signature);
      return known != nullptr && known->means == meaning;
    };
    return std::any_of(test.diagnoses.begin(), test.diagnoses.end(), is_meant) || book.says(meaning, text);
  }

  // An answer may never end although its runner died and said why (contract 11): that is no hang.
  static FailureKind kind_of(const TestSeen& test) {
    if (test.result == Verdict::hang)
      return test.runner_failures.empty() ? FailureKind::timed_out : FailureKind::exited;
    if (test.result == Verdict::lost) return FailureKind::vanished;
    return test.result == Verdict::crash ? FailureKind::exited : FailureKind::refused;
  }

  std::string why_of(const TestSeen& test) const {
    for (const auto& diagnosis : test.diagnoses) {
      if (!diagnosis.signature.empty()) return short_line(diagnosis.cause);
    }
    if (const journal::PhaseEnded* phase = failed_phase(test)) return short_line(phase->failure);
    if (!answers_wrongly(test) && !test.runner_failures.empty()) return short_line(test.runner_failures.front());
    const std::string& said = !test.met_what.empty()  ? test.met_what
                              : !test.message.empty() ? test.message
                                                      : test.expectation;
    return format("{}: {}", parts_of_test(test.test).promise, one_line(said));
  }

  const model::FixtureModel& model_;
  exo::Mode mode_;
  std::vector<const TestSeen*> tests_;
};

}  // namespace

// Gives each record to the test that runs.
struct TestsSeen::Follow {
  void operator()(const journal::TestStarted& started) {
    seen.tests_.push_back({});
    seen.tests_.back().suite = started.suite;
    seen.tests_.back().test = started.test;
    seen.tests_.back().model = started.model;
    seen.tests_.back().placement = exo::parse_short_name(started.placement);
    seen.running_ = true;
  }
  void operator()(const journal::TestEnded& ended) {
    if (!seen.running_ || seen.tests_.back().test != ended.test)
      (*this)(journal::TestStarted{ended.suite, ended.test, "", 0, "", ""});
    TestSeen& test = seen.tests_.back();
    test.result = ended.result.value_or(Verdict::inconclusive);
    test.met = ended.failure_kind;
    test.met_what = ended.failure;
    test.skip_reason = ended.skip_reason;
    test.expectation = ended.expectation;
    if (!ended.failures.empty()) test.message = ended.failures.front().message;
    seen.running_ = false;
  }
  void operator()(const journal::SuiteEnded& ended) {
    if (seen.running_) {
      const bool ours = !ended.trouble.empty();
      seen.tests_.back().result = seen.hung_ || ended.timed_out ? Verdict::hang
                                  : ours                        ? Verdict::harness
                                                                : Verdict::crash;
      seen.tests_.back().message = seen.hung_ ? "no end before its limit"
                                   : ours     ? ended.trouble
                                              : "the process of the test died";
    }
    seen.running_ = seen.hung_ = false;
  }
  void operator()(const journal::WatchdogFired&) { seen.hung_ = true; }
  void operator()(const journal::PhaseEnded& phase) {
    if (seen.running_) seen.tests_.back().phases.push_back(phase);
  }
  void operator()(const journal::StateChange& change) {
    const bool tells = seen.running_ && change.is_runner_failure() && !change.detail.empty();
    if (tells) seen.tests_.back().runner_failures.push_back(change.detail);
  }
  void operator()(const journal::ExchangeDone& exchange) {
    if (seen.running_ && exchange.failure_kind) seen.tests_.back().exchange_failed = true;
  }
  void operator()(const journal::DiagnosisMade& diagnosis) {
    if (!seen.tests_.empty() && seen.tests_.back().test == diagnosis.test)
      seen.tests_.back().diagnoses.push_back(diagnosis);
  }
  template <class Other>
  void operator()(const Other&) {}

  TestsSeen& seen;
};

void TestsSeen::see(const journal::Record& record) {
  std::visit(Follow{*this}, record.body);
}

std::optional<exo::Mode> placement_of(std::string_view test, std::string_view model_id) {
  const std::string prefix = in_identifier(model_id) + "_";
  std::string name(parts_of_test(test).parameter);
  if (!name.starts_with(prefix)) return std::nullopt;
  name.erase(0, prefix.size());
  std::replace(name.begin(), name.end(), '_', '-');
  return exo::parse_short_name(name);
}

namespace {

// A test of a placement that was not selected, as a fixture names one, says its parameter in its name only.
std::optional<exo::Mode> placement_in(const TestSeen& test, const std::string& model_id) {
  if (test.model.empty()) return placement_of(test.test, model_id);
  return test.model == model_id ? test.placement : std::nullopt;
}

}  // namespace

ModelResult result_of(const std::vector<TestSeen>& tests, const model::FixtureModel& model, StagedNodes nodes,
                      const Placements& asked) {
  std::vector<Placement> placements;
  for (const TestSeen& test : tests) {
    const auto mode = placement_in(test, model.id);
    const bool was_asked =
        asked.empty() || (mode && std::count(asked.begin(), asked.end(), exo::short_name(*mode)) > 0);
    if (!mode || !was_asked) continue;
    const auto at = std::find_if(placements.begin(), placements.end(), [&](const Placement& p) { return p.is(*mode); });
    (at == placements.end() ? placements.emplace_back(model, *mode) : *at).add(test);
  }
  ModelResult result{model.id, {}};
  for (const Placement& placement : placements) {
    PlacementResult one = placement.judge(nodes);
    const bool is_of_interest = placement.was_selected() || one.outcome != StrategyOutcome::not_tried;
    if (is_of_interest) result.placements.push_back(std::move(one));
  }
  return result;
}

Fitness fitness_of(const std::vector<TestSeen>& tests, const model::FixtureModel& model, const ModelResult& result) {
  const auto other = std::find_if(tests.begin(), tests.end(), [&](const TestSeen& test) {
    return is_bad(test) && !placement_in(test, model.id) && !placement_in(test, result.model);
  });
  if (other != tests.end()) {
    return {FallbackFit::unfit, format("{}: {}", parts_of_test(other->test).promise, one_line(other->message))};
  }
  const PlacementResult* decisive = result.decisive();
  if (decisive == nullptr) return {FallbackFit::unknown, "no test of it was selected"};
  const bool is_unknown =
      decisive->outcome == StrategyOutcome::not_tried || decisive->outcome == StrategyOutcome::not_found;
  if (is_unknown) return {FallbackFit::unknown, decisive->why};
  const bool is_fit = decisive->outcome == StrategyOutcome::works || result.as_expected();
  return {is_fit ? FallbackFit::fit : FallbackFit::unfit, is_fit ? "" : decisive->why};
}

}  // namespace exo_harness::trial
