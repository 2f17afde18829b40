// One client of stream_server, as the load engine is: opens streams, reads them to their end, and says how late each
// stamp was after the server's own, and what it cost. load-figures runs it beside its peers.
//
//   bench_load URL STREAMS RAMP_SECONDS
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/format.h"
#include "exo_harness/exo/chat_follower.h"

namespace {

using namespace exo_harness;

struct Seen {
  std::vector<float> lag_us;
  long tokens = 0, by_usage = 0;
  int completed = 0, failed = 0;
};

/// The follower of the engine, and a look at the server's stamp in each event.
class Stamped : public exo::ChatFollower {
 public:
  Stamped(Seen& seen, OnEnd on_end) : ChatFollower(Silence(), std::move(on_end)), seen_(seen) {}

  http::Continue take(std::string_view bytes, std::int64_t at_ns) override {
    constexpr std::string_view kMark = "\"id\":\"";
    for (std::size_t at = bytes.find(kMark); at != bytes.npos; at = bytes.find(kMark, at + 1)) {
      const long long sent_ns = std::atoll(bytes.data() + at + kMark.size());
      seen_.lag_us.push_back(static_cast<float>(std::max<std::int64_t>(0, at_ns - sent_ns)) / 1000);
    }
    return ChatFollower::take(bytes, at_ns);
  }

 private:
  Seen& seen_;
};

double cpu_s() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

long most_memory_kb() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

double at(const std::vector<float>& sorted, double part) {
  return sorted.empty()
             ? 0
             : sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(part * static_cast<double>(sorted.size())))];
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const std::string url = argv[1];
  const int streams = std::atoi(argv[2]);
  const double ramp_s = std::atof(argv[3]);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);

  Seen seen;
  http::StreamLoop loop;
  std::vector<std::unique_ptr<Stamped>> followers;
  exo::ChatRequest chat;
  chat.model = "mlx-community/Llama-3.2-1B-Instruct-4bit";
  chat.messages = {{"user", "hello"}};
  chat.max_tokens = 64;
  const http::Request request = exo::streamed_chat(url, chat);
  const long before_kb = most_memory_kb();
  const std::int64_t begin = monotonic_ns();
  const auto due = [&](int i) { return begin + static_cast<std::int64_t>(ramp_s * 1e9 * i / streams); };
  std::vector<int> over;
  for (int i = 0; i < streams || loop.open_streams() > 0;) {
    if (i < streams && monotonic_ns() >= due(i)) {
      followers.push_back(std::make_unique<Stamped>(seen, [&seen, &over, i](exo::ChatFollower::End end) {
        end.failure ? ++seen.failed : ++seen.completed;
        seen.tokens += end.seen.trace.token_frames;
        if (end.seen.answer.usage) seen.by_usage += end.seen.answer.usage->completion_tokens;
        if (end.failure && seen.failed < 4) std::fprintf(stderr, "%s\n", end.failure->what.c_str());
        over.push_back(i);
      }));
      followers.back()->send(loop, request);
      ++i;
      continue;
    }
    loop.turn(i < streams ? due(i) : INT64_MAX);
    for (const int each : over) followers[static_cast<std::size_t>(each)].reset();
    over.clear();
  }
  const double wall = static_cast<double>(monotonic_ns() - begin) / 1e9;
  const double cpu = cpu_s();
  std::sort(seen.lag_us.begin(), seen.lag_us.end());
  std::puts(format("exo-harness streams={} completed={} failed={} events={} tokens={} usage={} lag_p50_us={:.1f} "
                   "lag_p90_us={:.1f} lag_p99_us={:.1f} cpu_us_per_event={:.2f} kb_per_stream={:.1f} wall_s={:.2f}",
                   streams, seen.completed, seen.failed, seen.lag_us.size(), seen.tokens, seen.by_usage,
                   at(seen.lag_us, .5), at(seen.lag_us, .9), at(seen.lag_us, .99),
                   cpu * 1e6 / static_cast<double>(std::max<std::size_t>(1, seen.lag_us.size())),
                   static_cast<double>(most_memory_kb() - before_kb) / streams, wall)
                .c_str());
  return seen.completed == streams ? 0 : 1;
}
