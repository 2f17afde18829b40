// How often the upgrade gate is wrong: the whole table, on simulated clusters, through journals on disk and the gate
// itself. `bench_gate [TRIALS]` (default 300).
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "gate/made_run_test.h"
#include "gate/simulated_blocks_test.h"

namespace {

namespace fs = std::filesystem;
using exo_harness::format;
using namespace exo_reports;

struct Counts {
  int pass = 0, fail = 0, inconclusive = 0, blocks = 0;
  double detectable = 0;
};

GateSide read_side(const fs::path& folder, char name, std::size_t blocks) {
  GateSide side;
  for (std::size_t i = 0; i < blocks; ++i) {
    const std::string run = format("{}{}", name, i);
    side.runs.push_back(read_gate_run(folder / run, run));
  }
  return side;
}

void write_runs(const fs::path& folder, const SimulatedBlocks& blocks) {
  int minute = 0;
  std::size_t next_a = 0, next_b = 0;
  for (std::size_t i = 0; i < blocks.baseline.size() + blocks.candidate.size(); ++i) {
    const bool is_candidate = is_candidates_block(i);
    const std::string run = is_candidate ? format("b{}", next_b) : format("a{}", next_a);
    const double tps = is_candidate ? blocks.candidate[next_b++] : blocks.baseline[next_a++];
    fs::create_directories(folder / run);
    exo_harness::write_file(folder / run / "journal.jsonl", made_run(run).at(minute++).block(tps).journal());
  }
}

// Five blocks a side, and five more when they do not decide, as `gate --interleave` does.
void judge(const fs::path& folder, Counts& counts) {
  GateResult result;
  for (const std::size_t blocks : {std::size_t{5}, std::size_t{10}}) {
    result = gate(read_side(folder, 'a', blocks), read_side(folder, 'b', blocks), {});
    counts.blocks += 5;
    if (result.verdict == GateVerdict::pass) break;
  }
  counts.detectable += result.detectable;
  ++(result.verdict == GateVerdict::pass   ? counts.pass
     : result.verdict == GateVerdict::fail ? counts.fail
                                           : counts.inconclusive);
}

}  // namespace

int main(int argc, char** argv) {
  const int trials = argc > 1 ? std::atoi(argv[1]) : 300;
  std::printf("cluster   slower   FAIL    PASS    INC.    blocks a side   could have seen   (%d gates each)\n", trials);
  const std::pair<const char*, Noise> clusters[] = {
      {"quiet", Noise::quiet()}, {"typical", Noise::typical()}, {"noisy", Noise::noisy()}};
  for (const auto& [name, noise] : clusters) {
    for (const double slowdown : {0.0, 0.03, 0.05, 0.08, 0.10, 0.15, 0.20}) {
      Simulator simulator(20261129);
      Counts counts;
      for (int i = 0; i < trials; ++i) {
        const exo_harness::TemporaryFolder folder;
        write_runs(folder.path(), simulator.blocks(10, noise, slowdown));
        judge(folder.path(), counts);
      }
      const double n = trials;
      std::printf("%-8s  %4.0f %%   %.3f   %.3f   %.3f   %6.1f          %6.1f %%\n", name, 100 * slowdown,
                  counts.fail / n, counts.pass / n, counts.inconclusive / n, counts.blocks / n,
                  100 * (counts.detectable / n - 1));
      std::fflush(stdout);
    }
  }
}
