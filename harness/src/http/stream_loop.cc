// Many exchanges on one thread. libcurl tells which sockets it waits for (on_socket) and when it wants to be called
// (on_timer); a turn waits for the earliest of that, hands over what is ready, and reaps what ended.
#include "exo_harness/http/stream_loop.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "exo_harness/core/error.h"

#include "exchange.h"
#include "poller.h"

namespace exo_harness::http {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kTimerEveryNs = 10 * kNsPerMs, kInactivityEveryNs = 250 * kNsPerMs;
constexpr std::size_t kIdleHandles = 256;
constexpr long kReadBytes = 4096;  // A dozen events of Exo; 16 KiB would be half the memory of a stream.

}  // namespace

struct StreamLoop::Impl {
  struct Stream {
    Stream(Impl& loop, CURL* handle, Request r, StreamListener& l)
        : request(std::move(r)),
          listener(l),
          sink([&loop, this](std::string_view bytes, std::int64_t at_ns) {
            if (loop.options.on_callback) loop.options.on_callback(at_ns - loop.woke_ns);
            return listener.take(bytes, at_ns);
          }),
          easy(handle),
          exchange(handle, loop.options.limits, request, sink, {kReadBytes, false, false}) {}

    const Request request;
    StreamListener& listener;
    const Sink sink;
    CURL* const easy;
    Exchange exchange;
    std::size_t place = 0;  // In `streams`.
  };

  explicit Impl(Options o) : options(std::move(o)) {
    start_libcurl_once();
    multi = curl_multi_init();
    if (multi == nullptr) throw HarnessError("libcurl gives no handle", "free memory and try again");
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Impl::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Impl::on_curl_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    woke_ns = monotonic_ns();
    timer_at_ns = woke_ns + kTimerEveryNs;
    inactivity_at_ns = woke_ns + kInactivityEveryNs;
  }

  ~Impl() {
    for (const auto& stream : streams) curl_multi_remove_handle(multi, stream->easy);
    for (const auto& stream : streams) idle.push_back(stream->easy);
    streams.clear();
    for (CURL* easy : idle) curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    Poller& poller = static_cast<Impl*>(self)->poller;
    if (what == CURL_POLL_REMOVE) {
      poller.forget(socket);
    } else {
      poller.watch(socket, (what & CURL_POLL_IN) != 0, (what & CURL_POLL_OUT) != 0);
    }
    return 0;
  }

  static int on_curl_timer(CURLM*, long ms, void* self) {
    static_cast<Impl*>(self)->curl_at_ns = ms < 0 ? kNever : monotonic_ns() + ms * kNsPerMs;
    return 0;
  }

  CURL* take_handle() {
    if (idle.empty()) {
      CURL* easy = curl_easy_init();
      if (easy == nullptr) throw HarnessError("libcurl gives no handle", "free memory and try again");
      return easy;
    }
    CURL* easy = idle.back();
    idle.pop_back();
    return easy;
  }

  void give_back(CURL* easy) {
    if (idle.size() < kIdleHandles) {
      idle.push_back(easy);
    } else {
      curl_easy_cleanup(easy);
    }
  }

  void open(Request request, StreamListener& listener) {
    check_url(request.url);
    CURL* easy = take_handle();
    streams.push_back(std::make_unique<Stream>(*this, easy, std::move(request), listener));
    Stream& stream = *streams.back();
    stream.place = streams.size() - 1;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &stream);
    curl_multi_add_handle(multi, easy);
  }

  /// Gives a handle back when its stream is gone, also when a listener throws.
  struct HandleInUse {
    Impl& loop;
    CURL* easy;
    ~HandleInUse() { loop.give_back(easy); }
  };

  /// Takes a stream out of libcurl and of the list, and tells its listener.
  void finish(Stream& stream, CURLcode code) {
    const HandleInUse in_use{*this, stream.easy};
    curl_multi_remove_handle(multi, stream.easy);
    std::swap(streams[stream.place], streams.back());
    streams[stream.place]->place = stream.place;
    std::unique_ptr<Stream> mine = std::move(streams.back());
    streams.pop_back();
    Transfer transfer = mine->exchange.end(code);
    StreamListener& listener = mine->listener;
    mine.reset();
    listener.ended(std::move(transfer));
  }

  void reap() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      char* stream = nullptr;
      const CURLcode code = message->data.result;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &stream);
      finish(*reinterpret_cast<Stream*>(stream), code);
    }
  }

  /// Ends those that were inactive for too long. Whoever hears of it may open others meanwhile.
  void look_for_silence() {
    std::vector<Stream*> silent;
    const Clock::time_point now = Clock::now();
    for (const auto& stream : streams) {
      if (stream->listener.inactivity_limit().at() <= now) silent.push_back(stream.get());
    }
    for (Stream* stream : silent) {
      stream->exchange.stop(Exchange::Stop::inactivity);
      finish(*stream, CURLE_OPERATION_TIMEDOUT);
    }
  }

  void turn(std::int64_t until_ns) {
    const auto& ready = poller.wait(std::min({until_ns, curl_at_ns, timer_at_ns, inactivity_at_ns}));
    woke_ns = monotonic_ns();
    if (woke_ns >= timer_at_ns) {
      if (options.on_timer) options.on_timer(woke_ns - timer_at_ns);
      timer_at_ns = woke_ns + kTimerEveryNs;
    }
    int running = 0;
    for (const Poller::Ready& each : ready) {
      const int what = (each.readable ? CURL_CSELECT_IN : 0) | (each.writable ? CURL_CSELECT_OUT : 0);
      curl_multi_socket_action(multi, each.fd, what, &running);
    }
    if (woke_ns >= curl_at_ns) {
      curl_at_ns = kNever;
      curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    reap();
    if (woke_ns < inactivity_at_ns) return;
    inactivity_at_ns = woke_ns + kInactivityEveryNs;
    look_for_silence();
  }

  static constexpr std::int64_t kNever = INT64_MAX;
  const Options options;
  Poller poller;
  CURLM* multi = nullptr;
  std::vector<std::unique_ptr<Stream>> streams;
  std::vector<CURL*> idle;
  std::int64_t woke_ns = 0, curl_at_ns = kNever, timer_at_ns = 0, inactivity_at_ns = 0;
};

StreamLoop::StreamLoop(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
StreamLoop::~StreamLoop() = default;

void StreamLoop::open(Request request, StreamListener& listener) {
  impl_->open(std::move(request), listener);
}

std::size_t StreamLoop::open_streams() const {
  return impl_->streams.size();
}

void StreamLoop::turn(std::int64_t until_ns) {
  impl_->turn(until_ns);
}

void StreamLoop::close_all() {
  std::vector<Impl::Stream*> all;
  for (const auto& stream : impl_->streams) all.push_back(stream.get());
  for (Impl::Stream* stream : all) {
    stream->exchange.stop(Exchange::Stop::sink);
    impl_->finish(*stream, CURLE_OK);
  }
}

}  // namespace exo_harness::http
