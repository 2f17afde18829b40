#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/file.h"
#include "exo_harness/journal/journal.h"

// bench_journal [count]: the cost of one append, beside that of fprintf and fflush of the same line in the same run.

namespace {

using namespace exo_harness;

struct Cost {
  double p50_us, p99_us;
};

Cost measure(int count, const std::function<void()>& once) {
  std::vector<std::int64_t> ns;
  for (int i = 0; i < count; ++i) {
    const std::int64_t before = monotonic_ns();
    once();
    ns.push_back(monotonic_ns() - before);
  }
  std::sort(ns.begin(), ns.end());
  return {static_cast<double>(ns[ns.size() / 2]) / 1e3, static_cast<double>(ns[ns.size() * 99 / 100]) / 1e3};
}

void report(const char* name, const journal::Body& body, int count) {
  const TemporaryFolder folder("bench-journal");
  journal::Journal journal(folder.path() / "journal.jsonl", "bench");
  std::string line = journal::to_line({"bench", 1000, monotonic_ns(), utc_now(), body});
  std::FILE* file = std::fopen((folder.path() / "plain").c_str(), "ae");
  const Cost plain = measure(count, [&] {
    std::fprintf(file, "%s", line.c_str());
    std::fflush(file);
  });
  const Cost append = measure(count, [&] { journal.append(body); });
  const Cost text = measure(count, [&] {
    line = journal::to_line({"bench", 1000, 1, "2026-11-25T03:30:00.000Z", body});
  });
  std::fclose(file);
  std::printf(
      "%-14s %4zu bytes  append p50 %.2f us p99 %.2f us  (text alone %.2f)  fprintf+fflush p50 %.2f us  ratio %.2f\n",
      name, line.size(), append.p50_us, append.p99_us, text.p50_us, plain.p50_us, append.p50_us / plain.p50_us);
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 100000;
  report("state.change",
         journal::StateChange{"runner", "3f9c1d7be2a04c58", "RunnerLoading", "RunnerLoaded", "", "i-3", 1, "node-2"},
         count);
  report("exchange",
         journal::ExchangeDone{"Inference.Answers/llama",
                               "POST",
                               "http://127.0.0.11:52415/v1/chat/completions",
                               200,
                               812000,
                               4120,
                               {},
                               "",
                               31,
                               "",
                               ""},
         count);
  report("phase.ended", journal::PhaseEnded{Phase::load, "llama-3.2-1b", "tensor-2/jaccl", true, 812, {}, "", ""},
         count);
  return 0;
}
