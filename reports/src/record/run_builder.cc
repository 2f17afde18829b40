#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_reports/run_record.h"

#include "suite_builder.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using exo_harness::ExitCode;
using journal::Record;

constexpr std::size_t kMaxExchangesOfATest = 20;

// Of two ends of shards: the one that says more.
int graver_code(int a, int b) {
  for (const ExitCode code : {ExitCode::harness, ExitCode::failed, ExitCode::inconclusive, ExitCode::not_comparable}) {
    if (a == to_int(code) || b == to_int(code)) return to_int(code);
  }
  if (!exo_harness::ends_harmless(a)) return a;
  if (!exo_harness::ends_harmless(b)) return b;
  return a == b ? a : to_int(ExitCode::passed);
}

// Shards are merged under writers `1/harness`, `2/harness`; their clocks have nothing in common.
std::string shard_of(const std::string& writer) {
  const std::size_t slash = writer.find('/');
  return slash == std::string::npos ? "" : writer.substr(0, slash);
}

// Written the next morning, or after the machine was restarted: not of the run's time.
bool is_of_later(const std::string& writer) {
  return writer.ends_with("sweep") || writer.ends_with("report");
}

class RunBuilder {
 public:
  void take(const Record& record, std::int64_t order) {
    record_ = &record;
    at_ = {order, record.t_ns, record.utc};
    if (!is_of_later(record.writer)) {
      auto [span, is_new] = spans_.try_emplace(shard_of(record.writer), record.t_ns, record.t_ns);
      span->second.first = std::min(span->second.first, record.t_ns);
      span->second.second = std::max(span->second.second, record.t_ns);
    }
    std::visit([&](const auto& body) { on(body); }, record.body);
  }

  RunRecord finish() {
    run_.ended = starts_ > 0 && ends_ >= starts_;
    for (const auto& [shard, span] : spans_)
      run_.took_ms = std::max(run_.took_ms, (span.second - span.first) / 1'000'000);
    std::vector<SuiteRecord> suites;
    for (SuiteBuilder& suite : suites_) suites.push_back(suite.finish(run_.ended));
    run_.suites = fold_suites(std::move(suites));
    check_shards();
    attach();
    return std::move(run_);
  }

 private:
  void on(const journal::RunStarted& started) {
    ++starts_;
    if (const auto shard = started.settings.find("shard"); shard != started.settings.end())
      shards_.insert(shard->second);
    if (starts_ > 1) return;
    run_.started = true;
    run_.run_id = started.run_id;
    run_.version = started.version;
    run_.host = started.host;
    run_.command = started.command;
    run_.settings = started.settings;
    run_.started_utc = at_.utc;
  }
  void on(const journal::RunEnded& ended) {
    run_.ended_exit_code = ends_ == 0 ? ended.exit_code : graver_code(run_.ended_exit_code, ended.exit_code);
    if (run_.ended_reason.empty()) run_.ended_reason = ended.reason;
    run_.ended_utc = at_.utc;
    ++ends_;
  }
  void on(const journal::Fact& fact) {
    if (!fact.key.starts_with(kLeftOutPrefix)) {
      run_.facts[fact.key] = fact.value;
      return;
    }
    auto& tests = run_.left_out[fact.key.substr(kLeftOutPrefix.size())];
    tests.clear();
    for (const auto test : exo_harness::split(fact.value, ',')) {
      if (!test.empty()) tests.emplace_back(test);
    }
  }

  void on(const journal::PhaseStarted& started) {
    if (started.phase == Phase::stop) stopping_ = true;
    PhaseRecord phase;
    phase.phase = started.phase;
    phase.model = started.model;
    phase.placement = started.placement;
    phase.limit_ms = started.limit_ms;
    phase.test = running_[record_->writer];
    phase.order = at_.order;
    open_phases_.emplace_back(record_->writer, run_.phases.size());
    run_.phases.push_back(std::move(phase));
  }
  void on(const journal::PhaseEnded& ended) {
    const auto same = [&](const auto& open) {
      const PhaseRecord& p = run_.phases[open.second];
      return open.first == record_->writer && p.phase == ended.phase && p.model == ended.model &&
             p.placement == ended.placement;
    };
    auto open = std::find_if(open_phases_.rbegin(), open_phases_.rend(), same);
    if (open == open_phases_.rend()) {
      on(journal::PhaseStarted{ended.phase, ended.model, ended.placement, 0});
      open = open_phases_.rbegin();
    }
    PhaseRecord& phase = run_.phases[open->second];
    open_phases_.erase(std::next(open).base());
    phase.ended = true;
    phase.ok = ended.ok;
    phase.took_ms = ended.took_ms;
    phase.failure_kind = ended.failure_kind;
    phase.failure = ended.failure;
    phase.evidence = ended.evidence;
    phase.order = at_.order;
  }

  void on(const journal::ProcessStarted& started) {
    ProcessRecord process;
    process.name = started.name;
    process.pid = started.pid;
    process.command = started.command;
    process.order = at_.order;
    run_.processes.push_back(std::move(process));
  }
  void on(const journal::ProcessExited& exited) {
    auto process = std::find_if(run_.processes.rbegin(), run_.processes.rend(),
                                [&](const ProcessRecord& p) { return p.pid == exited.pid && !p.exited; });
    if (process == run_.processes.rend()) {
      on(journal::ProcessStarted{exited.name, exited.pid, {}});
      process = run_.processes.rbegin();
    }
    process->exited = true;
    process->exit_code = exited.exit_code;
    process->signal = exited.signal;
    process->asked = stopping_ || signalled_pids_.count(exited.pid) || signalled_names_.count(exited.name);
    process->order = at_.order;
  }
  void on(const journal::SignalSent& sent) {
    signalled_pids_.insert(sent.pid < 0 ? -sent.pid : sent.pid);
    signalled_names_.insert(sent.target);
    for (SuiteBuilder& suite : suites_) {
      if (!suite.ended() && (sent.target == suite.name() || sent.target == "suite:" + suite.name())) {
        suite.stop(sent.reason);
      }
    }
  }

  void on(const journal::NodeSeen& node) {
    const auto same = [&](const journal::NodeSeen& known) { return known.id == node.id; };
    const auto known = std::find_if(run_.nodes.begin(), run_.nodes.end(), same);
    known == run_.nodes.end() ? void(run_.nodes.push_back(node)) : void(*known = node);
  }
  void on(const journal::EdgeSeen& edge) {
    const auto same = [&](const journal::EdgeSeen& e) {
      return e.source == edge.source && e.sink == edge.sink && e.kind == edge.kind && e.detail == edge.detail;
    };
    if (std::none_of(run_.edges.begin(), run_.edges.end(), same)) run_.edges.push_back(edge);
  }
  void on(const journal::StateChange&) { run_.history.push_back(*record_); }
  void on(const journal::ProcessLooked&) {}  // Stands in the evidence of the diagnosis.
  void on(const journal::ExchangeDone& exchange) {
    if (!exchange.failure.empty()) failed_exchanges_[exchange.test].push_back(exchange);
  }
  void on(const journal::LogFile& log) {
    const auto same = [&](const journal::LogFile& known) { return known.path == log.path; };
    if (std::none_of(run_.logs.begin(), run_.logs.end(), same)) run_.logs.push_back(log);
  }

  void on(const journal::SuiteStarted& started) {
    suites_.emplace_back(started.suite, at_);
    suites_.back().plan(started.planned);
  }
  void on(const journal::SuiteEnded& ended) { suite(ended.suite).end(ended, at_); }
  void on(const journal::TestStarted& started) {
    running_[record_->writer] = started.test;
    suite(started.suite).start_test(started, at_);
  }
  void on(const journal::TestEnded& ended) {
    running_[record_->writer].clear();
    suite(ended.suite).end_test(ended, at_);
  }
  void on(const journal::WatchdogFired& fired) { suite(fired.suite).fire_watchdog(fired); }

  // Each process that places a scenario says what it saw; what was said before is not said again,
  // in whatever words it failed (they name the instance).
  void on(const journal::PredictionSeen& p) {
    const bool said = std::any_of(run_.predictions.begin(), run_.predictions.end(), [&](const auto& q) {
      return p.model == q.model && p.placement == q.placement && p.seen == q.seen;
    });
    if (!said) run_.predictions.push_back(p);
  }
  void on(const journal::StrategyTried& tried) {
    std::erase_if(run_.strategies, [&](const auto& earlier) { return earlier.model == tried.model; });
    run_.strategies.push_back(tried);
    run_.strategy_order = at_.order;
  }
  void on(const journal::BlockMeasured& block) { run_.blocks.push_back(block); }
  void on(const journal::AnswerKept& answer) { run_.answers.push_back(answer); }
  void on(const journal::DiagnosisMade& diagnosis) { run_.diagnoses.push_back(diagnosis); }
  void on(const journal::CleanUpDone& clean_up) {
    stopping_ = true;
    run_.clean_ups.push_back(clean_up);
  }
  void on(const journal::Finding& finding) { run_.findings.push_back(finding); }
  void on(const journal::Trouble& trouble) { run_.troubles.push_back({trouble, at_.order}); }
  void on(const journal::Unknown&) {}

  // The start of that suite that is under way in this shard.
  SuiteBuilder& suite(const std::string& name) {
    for (auto known = suites_.rbegin(); known != suites_.rend(); ++known) {
      if (known->name() == name && !known->ended()) return *known;
    }
    return suites_.emplace_back(name, at_);
  }

  void check_shards() {
    std::set<std::string> missing;
    for (const std::string& shard : shards_) {
      const std::size_t slash = shard.find('/');
      const int count = slash == std::string::npos ? 0 : std::atoi(shard.c_str() + slash + 1);
      for (int i = 1; i <= count && starts_ > 1; ++i) {
        const std::string wanted = exo_harness::format("{}/{}", i, count);
        if (!shards_.count(wanted)) missing.insert(wanted);
      }
    }
    for (const std::string& shard : missing) {
      run_.journal_trouble.push_back(exo_harness::format("the shard {} is missing", shard));
    }
  }

  // Gives each test its anchor, and what was said of it.
  void attach() {
    std::map<std::string, TestRecord*> tests;
    int number = 0;
    for (SuiteRecord& suite : run_.suites) {
      for (TestRecord& test : suite.tests) {
        test.id = exo_harness::format("t{}", ++number);
        tests[test.name] = &test;
        auto& exchanges = failed_exchanges_[test.name];
        if (exchanges.size() > kMaxExchangesOfATest) exchanges.resize(kMaxExchangesOfATest);
        test.exchanges = exchanges;
      }
    }
    std::vector<journal::DiagnosisMade> of_the_run;
    for (journal::DiagnosisMade& diagnosis : run_.diagnoses) {
      const auto test = tests.find(diagnosis.test);
      (test == tests.end() ? of_the_run : test->second->diagnoses).push_back(std::move(diagnosis));
    }
    run_.diagnoses = std::move(of_the_run);
  }

  RunRecord run_;
  const Record* record_ = nullptr;
  Moment at_;
  int starts_ = 0, ends_ = 0;
  bool stopping_ = false;
  std::set<std::string> shards_;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> spans_;
  std::vector<SuiteBuilder> suites_;
  std::map<std::string, std::string> running_;  // Writer → test.
  std::vector<std::pair<std::string, std::size_t>> open_phases_;
  std::set<std::int64_t> signalled_pids_;
  std::set<std::string> signalled_names_;
  std::map<std::string, std::vector<journal::ExchangeDone>> failed_exchanges_;
};

}  // namespace

RunRecord build_run_record(const journal::Transcript& transcript) {
  RunBuilder builder;
  std::int64_t order = 0;
  for (const Record& record : transcript.records) builder.take(record, order++);
  RunRecord run = builder.finish();
  run.torn_tail = transcript.torn_tail;
  run.journal_trouble.insert(run.journal_trouble.begin(), transcript.trouble.begin(), transcript.trouble.end());
  run.judgement = judge(run);
  return run;
}

}  // namespace exo_reports
