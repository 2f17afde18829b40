// Says what one HTTP exchange costs over raw libcurl, both measured in this run against the same server.
//
//   bench_http [exchanges]        default 3000
//
// "raw" is the least that libcurl can do: one easy handle, curl_easy_perform, a kept connection for GET and a new one
// for POST (http::Client never repeats a POST, see its header), the body into a string. Rounds alternate, so that a
// noisy machine hits both alike; the medians of all exchanges are compared.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string>
#include <vector>

#include <curl/curl.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/format.h"
#include "exo_harness/http/client.h"

#include "http/scripted_server.h"

namespace {

using namespace exo_harness;

constexpr int kRounds = 10;
constexpr double kTargetUs = 100;

std::size_t append(char* data, std::size_t size, std::size_t count, void* to) {
  static_cast<std::string*>(to)->append(data, size * count);
  return size * count;
}

class Raw {
 public:
  explicit Raw(const std::string& url) : easy_(curl_easy_init()) {
    curl_easy_setopt(easy_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, append);
    curl_easy_setopt(easy_, CURLOPT_WRITEDATA, &body_);
  }
  ~Raw() { curl_easy_cleanup(easy_); }

  void exchange(const std::string& post) {
    body_.clear();
    if (!post.empty()) {
      curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, post.c_str());
      curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
    }
    if (curl_easy_perform(easy_) != CURLE_OK) std::fprintf(stderr, "raw exchange failed\n");
  }

 private:
  CURL* easy_;
  std::string body_;
};

template <class Exchange>
void sample(int count, std::vector<double>& us, Exchange exchange) {
  for (int i = 0; i < count; ++i) {
    const std::int64_t begin = monotonic_ns();
    exchange();
    us.push_back(static_cast<double>(monotonic_ns() - begin) / 1000);
  }
}

double at(std::vector<double> samples, double part) {
  std::sort(samples.begin(), samples.end());
  return samples[static_cast<std::size_t>(part * static_cast<double>(samples.size() - 1))];
}

/// Returns whether the overhead keeps to the target.
bool compare(const std::string& name, const std::string& url, const std::string& post, int exchanges) {
  http::Client client;
  Raw raw(url);
  const http::Request request{post.empty() ? "GET" : "POST", url, post, {}};
  std::vector<double> ours, theirs;
  for (int round = 0; round < kRounds; ++round) {
    sample(exchanges / kRounds, theirs, [&] { raw.exchange(post); });
    sample(exchanges / kRounds, ours, [&] {
      const auto reply = client.perform(request, Deadline::after(std::chrono::seconds(10)));
      if (!reply) std::fprintf(stderr, "%s\n", to_string(reply.failure()).c_str());
    });
  }
  const double over = at(ours, 0.5) - at(theirs, 0.5);
  std::puts(format("{:<22} raw p50 {:8.1f} p99 {:8.1f} us   harness p50 {:8.1f} p99 {:8.1f} us   overhead {:+7.1f} us  "
                   "x{:.2f}  {}",
                   name, at(theirs, 0.5), at(theirs, 0.99), at(ours, 0.5), at(ours, 0.99), over,
                   at(ours, 0.5) / at(theirs, 0.5), over <= kTargetUs ? "ok" : "OVER")
                .c_str());
  return over <= kTargetUs;
}

void serve(http::Connection& connection, const std::string& big) {
  for (std::string r = connection.read_request(); !r.empty(); r = connection.read_request()) {
    connection.reply(r.find(" /big ") == r.npos ? "{\"message\":\"Command received.\"}" : big);
  }
}

}  // namespace

int main(int argc, char** argv) {
  int exchanges = 3000;
  if (argc > 1) std::from_chars(argv[1], argv[1] + std::char_traits<char>::length(argv[1]), exchanges);
  exchanges = std::max(exchanges, kRounds);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::string big(260'000, 'x');  // As long as a state.
  http::ScriptedServer server([&](http::Connection& c) { serve(c, big); });
  std::puts(format("{} exchanges each on loopback, target: at most {:.0f} us over raw libcurl {}", exchanges, kTargetUs,
                   LIBCURL_VERSION)
                .c_str());
  bool good = compare("GET 30 B", server.url("/small"), "", exchanges);
  good = compare("GET 260 kB", server.url("/big"), "", exchanges) && good;
  good = compare("POST 30 B", server.url("/small"), "{\"model_id\":\"m\"}", exchanges) && good;
  return good ? 0 : 1;
}
