// A server that streams chats as Exo frames them, for measuring clients: one thread, epoll (Linux). Each event holds
// the time at which it was written, so that a client can tell how late it saw it.
//
//   stream_server PORT TOKENS TTFT_MS GAP_MS [OBJECT]       OBJECT: of its frames, default chat.completion (as Exo)
//
// Ends at SIGTERM with what it sent on standard error. Port 0: any; the port is printed first.
#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <queue>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace {

using exo_harness::format;
using exo_harness::monotonic_ns;

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr int kPromptTokens = 32, kBacklog = 16384;
volatile std::sig_atomic_t g_stop = 0;

struct Options {
  int port = 0, tokens = 100;
  double ttft_ms = 50, gap_ms = 20;
  std::string object = "chat.completion";
};

struct Client {
  std::string read;
  int sent = 0;
  bool streaming = false;
  std::uint32_t life = 0;  // Descriptors are given out again.
};

struct Due {
  std::int64_t at_ns;
  int fd;
  std::uint32_t life;
  bool operator>(const Due& other) const { return at_ns > other.at_ns; }
};

class Server {
 public:
  explicit Server(const Options& options) : options_(options), clients_(70'000) { listen(); }

  void run() {
    while (g_stop == 0) {
      send_what_is_due();
      arm();
      std::array<epoll_event, 4096> events;
      const int count = ::epoll_wait(queue_, events.data(), static_cast<int>(events.size()), 1000);
      for (int i = 0; i < count; ++i) handle(events[static_cast<std::size_t>(i)].data.fd);
    }
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const std::string line = format("server: {} streams, {} tokens, {} short writes, {:.2f} s of processor time\n",
                                    streams_, tokens_, short_,
                                    static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                                        static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6);
    std::fputs(line.c_str(), stderr);
  }

 private:
  void listen() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    const int on = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(options_.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, kBacklog) != 0) {
      std::perror("stream_server");
      std::exit(2);
    }
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    std::printf("%d\n", ntohs(address.sin_port));
    std::fflush(stdout);
    queue_ = ::epoll_create1(0);
    timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    watch(listener_);
    watch(timer_);
  }

  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    ::epoll_ctl(queue_, EPOLL_CTL_ADD, fd, &event);
  }

  void arm() {
    if (due_.empty()) return;
    const std::int64_t at = due_.top().at_ns;
    const itimerspec when{{0, 0}, {at / kNsPerSecond, at % kNsPerSecond}};
    ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
  }

  void write(int fd, std::string_view bytes) {
    if (::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) ++short_;
  }
  void chunk(int fd, std::string_view text) { write(fd, format("{:x}\r\n{}\r\n", text.size(), text)); }

  void send_what_is_due() {
    const std::int64_t now = monotonic_ns();
    while (!due_.empty() && due_.top().at_ns <= now) {
      Due due = due_.top();
      due_.pop();
      Client& client = clients_[static_cast<std::size_t>(due.fd)];
      if (client.life != due.life || !client.streaming) continue;
      token(due.fd, client);
      if (!client.streaming) continue;
      due.at_ns += static_cast<std::int64_t>(options_.gap_ms * 1e6);
      due_.push(due);
    }
  }

  void token(int fd, Client& client) {
    const bool last = ++client.sent == options_.tokens;
    ++tokens_;
    const std::string end =
        last ? format(
                   ",\"finish_reason\":\"length\"}}],\"usage\":{{\"prompt_tokens\":{0},\"completion_tokens\":{1},"
                   "\"total_tokens\":{2}}}",
                   kPromptTokens, options_.tokens, kPromptTokens + options_.tokens)
             : "}]";
    const std::int64_t now = monotonic_ns();
    // The stamp is in the id: a key that Exo does not send would take the client another way.
    chunk(
        fd,
        format("data: {{\"id\":\"{}\",\"object\":\"{}\",\"created\":{},\"model\":\"mlx-community/Llama-3.2-1B-Instruct-"
               "4bit\",\"choices\":[{{\"index\":0,\"delta\":{{\"role\":\"assistant\",\"content\":\" tok{}\"}}{}}}\n\n",
               now, options_.object, created_, client.sent, end));
    if (!last) return;
    chunk(
        fd,
        format(": generation_stats {{\"prompt_tps\":640.0,\"generation_tps\":{:.1f},\"prompt_tokens\":{},"
               "\"generation_tokens\":{},\"peak_memory_usage\":{{\"in_bytes\":1}},\"prefix_cache_hit\":\"none\"}}\n\n",
               1000 / std::max(options_.gap_ms, 0.001), kPromptTokens, options_.tokens));
    chunk(fd, "data: [DONE]\n\n");
    write(fd, "0\r\n\r\n");
    ::shutdown(fd, SHUT_WR);
    client.streaming = false;
  }

  void accept_all() {
    for (int fd = 0; (fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      const int on = 1;
      ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      Client& client = clients_[static_cast<std::size_t>(fd)];
      client = {"", 0, false, client.life + 1};
      watch(fd);
    }
  }

  void handle(int fd) {
    if (fd == listener_) return accept_all();
    if (fd == timer_) {
      std::uint64_t times = 0;
      static_cast<void>(!::read(timer_, &times, sizeof times));
      return;
    }
    Client& client = clients_[static_cast<std::size_t>(fd)];
    std::array<char, 65536> bytes;
    const ssize_t count = ::recv(fd, bytes.data(), bytes.size(), 0);
    if (count <= 0) {
      if (count < 0 && errno == EAGAIN) return;
      client.streaming = false;
      ++client.life;
      ::close(fd);
      return;
    }
    client.read.append(bytes.data(), static_cast<std::size_t>(count));
    if (is_whole(client.read)) begin(fd, client);
  }

  static bool is_whole(const std::string& read) {
    const std::size_t head = read.find("\r\n\r\n");
    if (head == read.npos) return false;
    const std::string lower = exo_harness::to_lower(read.substr(0, head));
    const std::size_t at = lower.find("content-length:");
    std::size_t length = 0;
    if (at != lower.npos) {
      const std::string_view value =
          exo_harness::trim(std::string_view(lower).substr(at + 15, lower.find('\r', at) - at - 15));
      std::from_chars(value.data(), value.data() + value.size(), length);
    }
    return read.size() >= head + 4 + length;
  }

  void begin(int fd, Client& client) {
    const bool is_chat = client.read.starts_with("POST");
    client.read.clear();
    if (!is_chat) {
      const std::string models =
          "{\"object\":\"list\",\"data\":[{\"id\":\"mlx-community/Llama-3.2-1B-Instruct-4bit\",\"object\":\"model\"}]}";
      return write(fd, format("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{}",
                              models.size(), models));
    }
    ++streams_;
    client.streaming = true;
    write(fd,
          "HTTP/1.1 200 \r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\n"
          "connection: close\r\nx-accel-buffering: no\r\ntransfer-encoding: chunked\r\nserver: hypercorn-h11\r\n\r\n");
    chunk(fd, ": keep-alive\n\n");
    chunk(fd, format(": prefill_progress {{\"PrefillProgressChunk\":{{\"model\":\"m\",\"processed_tokens\":0,"
                     "\"total_tokens\":{}}}}}\n\n",
                     kPromptTokens));
    const double phase = static_cast<double>(random_() % 1000) / 1000;  // Not all streams at the same moment.
    due_.push({monotonic_ns() + static_cast<std::int64_t>((options_.ttft_ms + phase * options_.gap_ms) * 1e6), fd,
               client.life});
  }

  const Options options_;
  std::vector<Client> clients_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::minstd_rand random_{1};
  const std::time_t created_ = std::time(nullptr);
  int listener_ = -1, queue_ = -1, timer_ = -1;
  std::uint64_t streams_ = 0, tokens_ = 0, short_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fputs("usage: stream_server PORT TOKENS TTFT_MS GAP_MS [OBJECT]\n", stderr);
    return 2;
  }
  Options options;
  options.port = std::atoi(argv[1]);
  options.tokens = std::atoi(argv[2]);
  options.ttft_ms = std::atof(argv[3]);
  options.gap_ms = std::atof(argv[4]);
  if (argc > 5) options.object = argv[5];
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::signal(SIGTERM, [](int) { g_stop = 1; });
  std::signal(SIGINT, [](int) { g_stop = 1; });
  Server(options).run();
}
