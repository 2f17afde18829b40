// Drives a load: opens streams when they are due, turns the loop, and lets the tally add up what ended.
#include "exo_harness/load/load.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

#include <sys/resource.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/http/stream_loop.h"

#include "load_tally.h"

namespace exo_harness::load {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000, kLookEveryNs = 100 * kNsPerMs, kTellEveryNs = 500 * kNsPerMs;
constexpr std::size_t kFilesBeside = 64;

double cpu_us() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& t) { return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec); };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

void check_open_files(std::size_t streams) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= streams + kFilesBeside) return;
  const rlim_t wanted = std::min<rlim_t>(limit.rlim_max, streams + kFilesBeside);
  const rlimit raised{wanted, limit.rlim_max};
  if (wanted >= streams + kFilesBeside && ::setrlimit(RLIMIT_NOFILE, &raised) == 0) return;
  throw HarnessError(format("{} streams at once need {} open files, and {} are allowed", streams,
                            streams + kFilesBeside, limit.rlim_cur),
                     format("raise the limit (ulimit -n {}), or ask for fewer", streams + kFilesBeside));
}

class Driver {
 public:
  Driver(const LoadPlan& plan, const LoadWatch& watch)
      : plan_(plan),
        watch_(watch),
        due_(arrivals_ns(plan.schedule)),
        tally_(plan),
        loop_(options()),
        next_number_(plan.first_number) {}

  LoadResult run() {
    const double cpu_before = cpu_us();
    warm_up();
    if (!stopping_) {
      plan_.schedule.kind == Schedule::Kind::closed ? run_closed() : run_open();
    }
    LoadResult result = tally_.result(cpu_us() - cpu_before);
    result.warm_ups = warm_ups_;
    result.next_number = next_number_;
    return result;
  }

 private:
  struct Open {
    PromptText prompt;
    std::unique_ptr<exo::ChatFollower> follower;
  };

  http::StreamLoop::Options options() {
    http::StreamLoop::Options options;
    options.on_callback = [this](std::int64_t late_ns) { tally_.add_callback(late_ns); };
    options.on_timer = [this](std::int64_t late_ns) { tally_.add_timer(late_ns); };
    return options;
  }

  void send(std::int64_t scheduled_ns, bool counts) {
    const std::uint64_t number = next_number_++;
    ++sent_;
    Open& open = open_[number];
    open.prompt = plan_.prompt(number);
    exo::ChatRequest chat;
    chat.model = plan_.model;
    chat.messages = {{"user", open.prompt.text}};
    chat.max_tokens = plan_.max_tokens;
    chat.greedy();
    open.prompt.text.clear();  // Of long prompts the body is enough.
    open.follower = std::make_unique<exo::ChatFollower>(
        plan_.silence, [this, number, scheduled_ns, counts](exo::ChatFollower::End end) {
          tally_.add(std::move(end), scheduled_ns, open_.at(number).prompt, counts);
          over_.push_back(number);
        });
    open.follower->send(loop_, exo::streamed_chat(plan_.apis[number % plan_.apis.size()], chat));
  }

  /// One turn, at the latest until then.
  void turn(std::int64_t until_ns) {
    const std::int64_t now = monotonic_ns();
    loop_.turn(std::min(until_ns, now + kLookEveryNs));
    for (const std::uint64_t number : over_) open_.erase(number);
    over_.clear();
    tell();
    if (stopping_ || !watch_.stop || !watch_.stop()) return;
    stopping_ = true;
    loop_.close_all();
  }

  void tell() {
    const std::int64_t now = monotonic_ns();
    if (!watch_.now || now < tell_at_ns_) return;
    tell_at_ns_ = now + kTellEveryNs;
    watch_.now(format("{} of {} requests ended, {} token events", tally_.ended(), sent_, tally_.token_events()));
  }

  void finish() {
    while (loop_.open_streams() > 0) turn(INT64_MAX);
  }

  /// Keeps `concurrency` streams open until `most` were sent or that time has come.
  void keep_open(int concurrency, int most, std::int64_t end_ns, bool counts) {
    int sent = 0;
    const auto may_send = [&] { return !stopping_ && (most == 0 || sent < most) && monotonic_ns() < end_ns; };
    while (may_send()) {
      while (may_send() && loop_.open_streams() < static_cast<std::size_t>(concurrency)) {
        send(0, counts);
        ++sent;
      }
      turn(end_ns);
    }
    finish();
  }

  void warm_up() {
    if (plan_.warm_ups <= 0) return;
    const bool closed = plan_.schedule.kind == Schedule::Kind::closed;
    keep_open(closed ? plan_.schedule.concurrency : 1, plan_.warm_ups, INT64_MAX, false);
    warm_ups_ = sent_;
  }

  void run_closed() {
    const Schedule& s = plan_.schedule;
    const std::int64_t end = s.duration.count() > 0 ? monotonic_ns() + s.duration.count() * kNsPerMs : INT64_MAX;
    keep_open(s.concurrency, s.requests, end, true);
  }

  // What is due goes out, however many are open: a server that falls behind does not slow its load down.
  void run_open() {
    const std::int64_t begin = monotonic_ns();
    for (std::size_t next = 0; next < due_.size() && !stopping_;) {
      if (monotonic_ns() < begin + due_[next]) {
        turn(begin + due_[next]);
        continue;
      }
      check_open_files(loop_.open_streams() + 1);
      send(begin + due_[next], true);
      ++next;
    }
    finish();
  }

  const LoadPlan& plan_;
  const LoadWatch& watch_;
  const std::vector<std::int64_t> due_;
  LoadTally tally_;
  http::StreamLoop loop_;
  std::unordered_map<std::uint64_t, Open> open_;
  std::vector<std::uint64_t> over_;
  std::uint64_t next_number_;
  int sent_ = 0, warm_ups_ = 0;
  bool stopping_ = false;
  std::int64_t tell_at_ns_ = 0;
};

}  // namespace

LoadResult run_load(const LoadPlan& plan, const LoadWatch& watch) {
  if (plan.apis.empty() || !plan.prompt) abort_for_bug("a load without an address or a prompt", __FILE__, __LINE__);
  check_open_files(static_cast<std::size_t>(std::max(1, plan.schedule.concurrency)));
  return Driver(plan, watch).run();
}

}  // namespace exo_harness::load
