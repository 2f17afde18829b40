#pragma once

#include <string>
#include <vector>

#include "exo_harness/core/format.h"
#include "exo_reports/gate.h"

#include "simulated_blocks_test.h"

namespace exo_reports {

/// A whole run made for a test, record by record; what a test needs otherwise it changes in `bodies`.
struct MadeRun {
  exo_harness::journal::RunStarted start{
      "r1", "0.1.0", "host", {"exo-harness", "run"}, {{"suites", "s"}, {"models", "tiny-llama"}, {"shard", "1/1"}}};
  std::vector<exo_harness::journal::Body> bodies;
  exo_harness::journal::RunEnded end{0, ""};
  std::string utc = "2026-11-25T03:30:00.000Z";
  bool ended = true;

  MadeRun& id(const std::string& name) {
    start.run_id = name;
    return *this;
  }
  MadeRun& at(int minute) {
    utc = exo_harness::format("2026-11-25T{:02}:{:02}:00.000Z", minute / 60, minute % 60);
    return *this;
  }
  MadeRun& add(exo_harness::journal::Body body) {
    bodies.push_back(std::move(body));
    return *this;
  }
  MadeRun& node(const std::string& name, const std::string& chip = "Apple M3 Ultra",
                const std::string& generation = "v1") {
    return add(exo_harness::journal::NodeSeen{name, "http://" + name, name, generation, chip, "macOS 26.2",
                                              512'000'000'000, 1});
  }
  /// A test that came to `result`; the failure says `message`.
  MadeRun& test(const std::string& name, const std::string& result, const std::string& message = "Expected: 4") {
    exo_harness::journal::TestEnded ended;
    ended.suite = "s";
    ended.test = name;
    ended.result = exo_harness::parse_verdict(result);
    if (is_product_failure(ended.result.value_or(Verdict::passed))) ended.failures = {{"a.cc", 1, message}};
    if (ended.result == Verdict::skipped) ended.skip_reason = message;
    if (ended.result == Verdict::expected_failure) ended.expectation = message;
    add(exo_harness::journal::TestStarted{"s", name, "a.cc", 1, "tiny-llama", "single"});
    return add(ended);
  }
  MadeRun& block(double generation_tps, int index = 0, const std::string& workload = "chat-p64-o32") {
    exo_harness::journal::BlockMeasured block;
    block.suite = "performance";
    block.model = "tiny-llama";
    block.placement = "single";
    block.workload = workload;
    block.block = index;
    block.requests = 5;
    block.metrics = {{"generation_tps", generation_tps}, {"ttft_ms", 4000 / generation_tps}};
    return add(block);
  }
  exo_harness::journal::Transcript transcript() const {
    std::vector<exo_harness::journal::Body> all = {start, exo_harness::journal::SuiteStarted{"s", {}}};
    all.insert(all.end(), bodies.begin(), bodies.end());
    all.push_back(exo_harness::journal::SuiteEnded{"s", 0, 0, false, ""});
    if (ended) all.push_back(end);
    exo_harness::journal::Transcript made;
    made.version = 1;
    std::int64_t sequence = 0;
    for (const auto& body : all) {
      made.records.push_back({"harness", sequence, sequence * 1'000'000, utc, body});
      ++sequence;
    }
    return made;
  }
  /// The same as the lines of a journal.
  std::string journal() const {
    std::string text;
    for (const auto& record : transcript().records) text += exo_harness::journal::to_line(record);
    return text;
  }
  GateRun run() const {
    GateRun run;
    run.name = start.run_id;
    run.record = build_run_record(transcript());
    run.schema = 1;
    run.starts = 1;
    run.journal_sha256 = "sha of " + start.run_id;
    return run;
  }
};

/// Two nodes, two tests that pass; ready for more.
inline MadeRun made_run(const std::string& id) {
  return MadeRun().id(id).node("n1").node("n2").test("A.One", "passed").test("A.Two", "passed");
}

/// One run a block, the sides by turns.
inline std::pair<GateSide, GateSide> interleaved(const std::vector<double>& a, const std::vector<double>& b) {
  GateSide sides[2];
  for (std::size_t turn = 0; turn < 2 * a.size(); ++turn) {
    const bool is_candidate = is_candidates_block(turn);
    auto& runs = sides[is_candidate ? 1 : 0].runs;
    const std::size_t i = runs.size();
    const auto id = exo_harness::format("{}{}", is_candidate ? "b" : "a", i);
    runs.push_back(made_run(id).at(static_cast<int>(turn)).block(is_candidate ? b[i] : a[i]).run());
  }
  return {sides[0], sides[1]};
}

inline GateOptions without_performance() {
  GateOptions options;
  options.performance_expected = false;
  options.today = "2026-11-29";
  return options;
}

inline GateResult compare(const MadeRun& a, const MadeRun& b, const GateOptions& options = without_performance()) {
  return gate({{a.run()}}, {{b.run()}}, options);
}

}  // namespace exo_reports
