#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/redacted_copy.h"

// bench_redact [megabytes] [rounds]: taking the secrets out of a log, beside copying the same file in the same run.
// Three logs: lines of Exo, lines in which every second word could name a secret, and lines that each hold one.

namespace {

using namespace exo_harness;
namespace fs = std::filesystem;

struct Kind {
  const char* name;
  std::vector<const char*> lines;
};

const Kind kKinds[] = {
    {"exo",
     {"[ 08:12:41.113 | INFO    | exo.worker.main:plan_step:214 ] Worker plan: no task for this node",
      "[ 08:12:41.214 | DEBUG   | exo.master.main:_event_processor:391 ] Master indexed event 48213 NodeGatheredInfo "
      "from 12D3KooWGQpvT2fYkmw3nA8bqZ5yB6x1RrJ7cN4uPtVdSeLhMoXa",
      "[ 08:12:41.327 | INFO    | exo.api.main:_token_chunk_stream:803 ] chunk 118 of command "
      "5c0b9f0e-7a53-4d0e-9a3f delivered in 12.4 ms, 1 subscriber",
      "[ 08:12:41.430 | DEBUG   | exo.routing.router:_networking_publish:207 ] Published on global_events: 1482 "
      "bytes, 2 peers, queue 0",
      "[ 08:12:41.532 | DEBUG   | exo.utils.info_gatherer:_monitor_system_profiler:98 ] memory 18.2 of 64.0 GB used, "
      "swap 0, thermal nominal"}},
    {"names",
     {R"(chunk: {"token_id": 791, "max_tokens": 24, "tokenizer": "auto", "keys": 3, "api": 1, "author": "x"} tokens)",
      "tokens=24 completion_tokens: 8 key: model-00001 keyed by token 103 secretary tokenizer.json api/v1 auth ok"}},
    {"secrets",
     {"2026-11-25 DEBUG request Authorization: Bearer abcdefghijklmnop.qrs url http://me:pass@10.0.0.1:52415/state",
      "HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz and found sk-abcdefghijklmnopqrst in the file learned-value-0001"}}};

void write_log(const fs::path& file, const Kind& kind, std::uint64_t bytes) {
  std::ofstream out(file, std::ios::binary);
  std::mt19937 random(20261128);
  for (std::uint64_t written = 0; written < bytes;) {
    const std::string line = kind.lines[random() % kind.lines.size()];
    out << line << '\n';
    written += line.size() + 1;
  }
}

// Time of the processor, as the wall's depends on who else is busy.
double seconds(const std::function<void()>& once) {
  const auto used = [] {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
  };
  const double before = used();
  once();
  return used() - before;
}

double best_of(int rounds, const std::function<void()>& once) {
  double best = 1e9;
  for (int i = 0; i < rounds; ++i) best = std::min(best, seconds(once));
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const double megabytes = argc > 1 ? std::atof(argv[1]) : 20;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  for (int i = 1; i <= 20; ++i) add_secret("learned-value-" + std::to_string(10000 + i).substr(1));
  const TemporaryFolder folder;
  const fs::path log = folder.path() / "log", copy = folder.path() / "copy";
  for (const Kind& kind : kKinds) {
    write_log(log, kind, static_cast<std::uint64_t>(megabytes * 1e6));
    const double ours = best_of(rounds, [&] { copy_redacted(log, copy); });
    const double theirs = best_of(rounds, [&] { fs::copy_file(log, copy, fs::copy_options::overwrite_existing); });
    std::printf("%-8s %7.1f MB/s, %6.1f x the time of a plain copy\n", kind.name, megabytes / ours, ours / theirs);
  }
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf("most memory: %ld MiB\n", usage.ru_maxrss >> 10);
}
