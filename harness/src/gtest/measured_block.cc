#include "exo_harness/gtest/measured_block.h"

#include "exo_harness/core/environment.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/number.h"
#include "exo_harness/gtest/result.h"
#include "exo_harness/load/block.h"
#include "exo_harness/load/describe.h"

#include "session.h"

namespace exo_harness::gtest {
namespace {

constexpr std::uint64_t kSeed = 42;
constexpr int kMostBlocks = 1000;

int wanted_blocks() {
  const std::string text = environment("EXO_HARNESS_BLOCKS");
  if (text.empty()) return 1;
  if (const auto blocks = whole_number<int>(text); blocks && *blocks >= 1 && *blocks <= kMostBlocks) return *blocks;
  ADD_FAILURE() << "EXO_HARNESS_BLOCKS is '" << text << "', expected a number from 1 to " << kMostBlocks;
  return 0;
}

}  // namespace

void MeasuredTest::SetUp() {
  ScenarioTest::SetUp();
  if (HasFatalFailure() || IsSkipped()) return;
  remove_placed_instance();
  PlacedTest::SetUp();
}

bool MeasuredTest::place_again() {
  remove_placed_instance();
  PlacedTest::SetUp();
  return !HasFatalFailure() && !IsSkipped();
}

load::LoadResult MeasuredTest::measure(const Workload& workload) {
  load::LoadPlan plan;
  plan.apis = {cluster().nodes().front().api};
  plan.model = scenario().model.repo;
  plan.schedule.concurrency = workload.concurrency;
  plan.schedule.requests = workload.requests;
  plan.schedule.seed = kSeed;
  plan.max_tokens = workload.max_tokens;
  plan.warm_ups = workload.warm_ups;
  plan.first_number = next_number_;
  plan.silence.token = cluster().spec().limits.first_token + cluster().spec().limits.generate;
  plan.prompt = load::prompts_of(kSeed, workload.kind == "key", workload.prompt_tokens, scenario().model.makes_sense);
  const cluster::Watcher::Rest rest(cluster().watcher());
  load::LoadResult result = load::run_load(plan);
  next_number_ = result.next_number;
  return result;
}

void MeasuredTest::keep(const Workload& workload, const load::LoadResult& result, int block) {
  journal::BlockMeasured record = load::block_of(result, true);
  Session& s = session();
  record.suite = s.suite;
  record.test = s.test.name;
  record.model = scenario().model.id;
  record.placement = exo::short_name(scenario().mode);
  record.workload = load::workload_id(workload.kind, workload.prompt_tokens, workload.max_tokens);
  record.block = block;
  s.journal().append(record);
  for (const auto& [name, value] : record.metrics) RecordProperty(name, format("{:.3f}", value));
}

void MeasuredTest::measure_blocks(const Workload& workload) {
  const int blocks = wanted_blocks();
  for (int block = 0; block < blocks; ++block) {
    if (block > 0 && !place_again()) return;
    const load::LoadResult result = measure(workload);
    keep(workload, result, block);
    for (const std::string& doubt : load::doubts(result)) RecordProperty("doubt", doubt);
    for (const Failure& failure : load::broken_promises(result, true)) {
      note_failure(failure);
      ADD_FAILURE() << to_string(failure) << "\n" << load::describe(result);
    }
  }
}

}  // namespace exo_harness::gtest
