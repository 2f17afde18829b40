#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>

#include "exo_harness/core/file.h"
#include "exo_harness/diagnose/signature/log_scan.h"
#include "exo_harness/model/fixture/fixture.h"

// bench_scan [megabytes] [rounds]: reading a log in Exo's format for known failures, beside `rg --count --fixed-strings
// -f` on the same file in the same run, with as many texts as signatures. Both read the file from the page cache.

namespace {

using namespace exo_harness;
namespace fs = std::filesystem;

constexpr std::size_t kSignatures = 100;
constexpr int kLinesBetweenHits = 20000;

// What healthy nodes write most of the time, at the length at which they write it.
const char* const kLines[] = {
    "[ 08:12:41.113 | INFO    | exo.worker.main:plan_step:214 ] Worker plan: no task for this node",
    "[ 08:12:41.214 | DEBUG   | exo.master.main:_event_processor:391 ] Master indexed event 48213 NodeGatheredInfo "
    "from "
    "12D3KooWGQpvT2fYkmw3nA8bqZ5yB6x1RrJ7cN4uPtVdSeLhMoXa",
    "[ 08:12:41.327 | INFO    | exo.api.main:_token_chunk_stream:803 ] chunk 118 of command 5c0b9f0e-7a53-4d0e-9a3f "
    "delivered in 12.4 ms, 1 subscriber",
    "[ 08:12:41.430 | DEBUG   | exo.routing.router:_networking_publish:207 ] Published on global_events: 1482 bytes, "
    "2 peers, queue 0",
    "[ 08:12:41.532 | DEBUG   | exo.utils.info_gatherer:_monitor_system_profiler:98 ] memory 18.2 of 64.0 GB used, "
    "swap "
    "0, thermal nominal",
};

diagnose::SignatureBook first_signatures() {
  const std::string toml = read_file(model::fixtures_folder() / "signatures.toml");
  std::size_t end = 0;
  for (std::size_t i = 0; i <= kSignatures && end != std::string::npos; ++i) end = toml.find("[[signature]]", end + 1);
  return diagnose::SignatureBook::parse(toml.substr(0, end), "signatures.toml");
}

void write_log(const fs::path& file, const diagnose::SignatureBook& book, std::uint64_t bytes) {
  std::ofstream out(file, std::ios::binary);
  std::mt19937 random(20261125);
  std::uint64_t written = 0, line = 0;
  while (written < bytes) {
    std::string text = kLines[random() % std::size(kLines)];
    if (++line % kLinesBetweenHits == 0) text = book.all()[random() % book.all().size()].example;
    out << text << '\n';
    written += text.size() + 1;
  }
}

void write_texts(const fs::path& file, const diagnose::SignatureBook& book) {
  std::ofstream out(file);
  for (const auto& signature : book.all()) {
    for (const std::string& needle : signature.needles) out << needle << '\n';
  }
}

double of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// Time of the processor, as the wall's depends on who else is busy; both sides use one thread.
double seconds(int who, const std::function<void()>& once) {
  rusage before{}, after{};
  ::getrusage(who, &before);
  once();
  ::getrusage(who, &after);
  return of(after.ru_utime) + of(after.ru_stime) - of(before.ru_utime) - of(before.ru_stime);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t bytes = (argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000) * 1'000'000;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  const TemporaryFolder folder("bench-scan");
  const diagnose::SignatureBook book = first_signatures();
  const fs::path log = folder.path() / "exo.log", texts = folder.path() / "texts";
  write_log(log, book, bytes);
  write_texts(texts, book);
  const std::string peer =
      "rg --count --fixed-strings --no-mmap -j1 -f '" + texts.string() + "' '" + log.string() + "' > /dev/null";
  std::vector<double> ratios;
  for (int i = 0; i < rounds; ++i) {
    diagnose::NodeLog seen;
    const double ours = seconds(RUSAGE_SELF, [&] { seen = diagnose::scan_file(book, log, {}); });
    int status = 0;
    const double theirs = seconds(RUSAGE_CHILDREN, [&] { status = std::system(peer.c_str()); });
    if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) {
      std::fprintf(stderr, "bench_scan: rg does not run; install ripgrep\n");
      return 2;
    }
    ratios.push_back(theirs / ours);
    std::printf("%5.0f MB  %zu hits kept  ours %6.0f MB/s  rg %6.0f MB/s  speed ratio %.2f\n",
                static_cast<double>(bytes) / 1e6, seen.hits.size(), static_cast<double>(bytes) / 1e6 / ours,
                static_cast<double>(bytes) / 1e6 / theirs, ratios.back());
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("median speed ratio %.2f (ours to rg's)\n", ratios[ratios.size() / 2]);
  return 0;
}
