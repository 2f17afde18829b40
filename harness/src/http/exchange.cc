#include "exchange.h"

#include <algorithm>
#include <charconv>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

#include "long_body.h"

namespace exo_harness::http {

namespace {

constexpr std::size_t kTailBytes = 4096;
constexpr int kLongestWaitMs = 1000, kLookForRoomMs = 5;
constexpr std::size_t kReserveBytes = 1024 * 1024;
constexpr long kWriteBytes = 16 * 1024;  // libcurl's least; its 64 KiB are a gigabyte of 10,000 streams.

bool has_header(const Headers& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& h) { return to_lower(h.first) == name; });
}

bool is_idempotent(const Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

Exchange::Exchange(CURL* easy, const Client::Limits& limits, const Request& request, const Sink& sink, Ways ways)
    : easy_(easy),
      limits_(limits),
      request_(request),
      sink_(sink),
      ways_(ways),
      wait_until_(Deadline::after(milliseconds(0))) {
  check_url(request.url);
  set_options();
  set_method();
  transfer_.reply.timing.sent_ns = monotonic_ns();
}

Exchange::~Exchange() {
  curl_easy_reset(easy_);
  curl_slist_free_all(headers_);
}

void Exchange::set_options() {
  curl_easy_setopt(easy_, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);  // A name look-up that hangs must not outlive the deadline.
  curl_easy_setopt(easy_, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connect.count()));
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, "exo-harness");
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(easy_, CURLOPT_BUFFERSIZE, ways_.read_bytes);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Exchange::on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Exchange::on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, is_idempotent(request_) && ways_.keeps_connection ? 0L : 1L);
  curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, ways_.keeps_connection ? 0L : 1L);
  curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, kWriteBytes);
}

void Exchange::set_method() {
  for (const auto& [name, value] : request_.headers) {
    headers_ = curl_slist_append(headers_, (value.empty() ? name + ";" : name + ": " + value).c_str());
  }
  headers_ = curl_slist_append(headers_, "Expect:");
  const bool has_body = !request_.body.empty() || request_.method == "POST" || request_.method == "PUT";
  if (has_body) {
    if (!has_header(request_.headers, "content-type")) {
      headers_ =
          curl_slist_append(headers_, request_.body.empty() ? "Content-Type:" : "Content-Type: application/json");
    }
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  if (request_.method == "HEAD") curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
}

Transfer Exchange::run(CURLM* multi, Deadline deadline, const InactivityLimit& inactivity) {
  CURLcode code = CURLE_OPERATION_TIMEDOUT;
  tried_ = !deadline.expired();
  if (tried_) {
    code = drive(multi, deadline, inactivity);
  } else {
    stop_ = Stop::deadline;
  }
  return end(code);
}

Transfer Exchange::end(CURLcode code) {
  if (thrown_) std::rethrow_exception(thrown_);
  take_timing();
  transfer_.closed_early = stop_ == Stop::sink;
  transfer_.failure = verdict(code);
  return std::move(transfer_);
}

CURLcode Exchange::drive(CURLM* multi, Deadline deadline, const InactivityLimit& inactivity) {
  curl_multi_add_handle(multi, easy_);
  CURLcode code = CURLE_OPERATION_TIMEDOUT;
  for (int running = 1;;) {
    if (paused_) go_on_when_there_is_room();
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      code = CURLE_FAILED_INIT;
      break;
    }
    if (running == 0) {
      int left = 0;
      if (const CURLMsg* message = curl_multi_info_read(multi, &left)) code = message->data.result;
      break;
    }
    if (out_of_time(deadline, inactivity)) break;
    curl_multi_poll(multi, nullptr, 0, wait_ms(), nullptr);
  }
  curl_multi_remove_handle(multi, easy_);  // Closes the connection of an exchange that is not complete.
  return code;
}

bool Exchange::out_of_time(Deadline deadline, const InactivityLimit& inactivity) {
  wait_until_ = deadline;
  if (deadline.expired()) {
    stop_ = Stop::deadline;
    return true;
  }
  if (!inactivity) return false;
  const Deadline until = inactivity();
  wait_until_ = Deadline(std::min(deadline.at(), until.at()));
  if (until.expired()) stop_ = Stop::inactivity;
  return until.expired();
}

int Exchange::wait_ms() const {
  const int longest = paused_ ? kLookForRoomMs : kLongestWaitMs;
  return static_cast<int>(std::min<std::int64_t>(wait_until_.remaining().count() + 1, longest));
}

void Exchange::take_timing() {
  transfer_.reply.timing.end_ns = monotonic_ns();
  curl_off_t connect_us = 0;
  long connections = 0;
  curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &connections);
  curl_easy_getinfo(easy_, CURLINFO_CONNECT_TIME_T, &connect_us);
  if (connections > 0) transfer_.reply.timing.connect_us = connect_us;
}

// Without a connection nothing of the request has left.
bool Exchange::was_sent() const {
  long bytes = 0;
  curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &bytes);
  return bytes > 0;
}

std::string Exchange::subject() const {
  return request_.method + " " + redact(request_.url);
}

std::optional<Failure> Exchange::verdict(CURLcode code) const {
  if (stop_ == Stop::sink || (stop_ == Stop::none && code == CURLE_OK)) return std::nullopt;
  const Transfer& t = transfer_;
  const std::string clean = redact(t.reply.body.empty() ? tail_ : t.reply.body);  // Half a secret is not recognised.
  std::string_view last = clean;
  last.remove_prefix(last.size() - std::min(last.size(), kTailBytes));
  const std::string evidence = shorten(printable(last), kTailBytes);
  const auto failed = [&](FailureKind kind, const std::string& what) {
    return Failure{kind, subject() + ": " + what, evidence};
  };
  const auto since = humanize(std::chrono::nanoseconds(t.reply.timing.end_ns - t.reply.timing.sent_ns));
  switch (stop_) {
    case Stop::deadline:
      if (tried_ && !was_sent())
        return failed(FailureKind::unreachable, format("{} (waited {})", why_no_connection(t), since));
      return failed(FailureKind::timed_out,
                    t.reply.status == 0 ? format("no answer within {}", since)
                                        : format("status {}, but the answer had not ended after {} ({} bytes came{})",
                                                 t.reply.status, since, t.reply.body_bytes,
                                                 has_waited_ ? "; it waited for the end of another long one" : ""));
    case Stop::inactivity:
      return failed(FailureKind::stalled, format("nothing more came, given up after {}", since));
    case Stop::body_limit:
      return failed(FailureKind::malformed, format("the body is longer than {}", human_bytes(most_bytes())));
    case Stop::header_limit:
      return failed(FailureKind::malformed, "the headers are longer than " + human_bytes(limits_.header_bytes));
    case Stop::sink:
    case Stop::none:
      break;
  }
  long os_error = 0;
  curl_easy_getinfo(easy_, CURLINFO_OS_ERRNO, &os_error);
  Failure failure = failure_of(code, error_, subject(), t, static_cast<int>(os_error));
  failure.evidence = evidence;
  return failure;
}

std::size_t Exchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Exchange*>(self)->header_line({data, size * count});
}

std::size_t Exchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  return static_cast<Exchange*>(self)->body_bytes({data, size * count});
}

std::size_t Exchange::header_line(std::string_view line) {
  Reply& reply = transfer_.reply;
  header_bytes_ += line.size();
  if (header_bytes_ > limits_.header_bytes) {
    stop_ = Stop::header_limit;
    return 0;
  }
  const std::string_view text = trim(line);
  if (reply.headers.empty() || reply.timing.headers_ns != 0) {
    if (text.substr(0, 5) == "HTTP/") {  // Also the one after a 1xx: only the last counts.
      reply.headers.clear();
      reply.timing.headers_ns = 0;
      const std::size_t space = text.find(' ');
      if (space != text.npos) std::from_chars(text.data() + space + 1, text.data() + text.size(), reply.status);
      return line.size();
    }
  }
  if (text.empty()) {
    reply.timing.headers_ns = monotonic_ns();
  } else if (const std::size_t colon = text.find(':'); colon != text.npos) {
    reply.headers.emplace_back(trim(text.substr(0, colon)), trim(text.substr(colon + 1)));
  }
  return line.size();
}

std::size_t Exchange::body_bytes(std::string_view bytes) {
  const std::int64_t now = monotonic_ns();
  Reply& reply = transfer_.reply;
  if (is_kept() && must_wait_for_room(bytes.size())) return CURL_WRITEFUNC_PAUSE;
  if (reply.timing.first_byte_ns == 0) reply.timing.first_byte_ns = now;
  reply.body_bytes += bytes.size();
  if (reply.body_bytes > most_bytes()) {
    stop_ = Stop::body_limit;
    return 0;
  }
  if (is_kept()) {
    if (reply.body.empty()) reserve_body();
    reply.body.append(bytes);
    return bytes.size();
  }
  if (ways_.keeps_tail) remember_tail(bytes);
  try {
    if (sink_(bytes, now) == Continue::yes) return bytes.size();
  } catch (...) {  // libcurl is C: what the sink throws goes around it.
    thrown_ = std::current_exception();
  }
  stop_ = Stop::sink;
  return 0;
}

/// Whether the body becomes long while another has the right to be. Its server is held back as long as it is not read.
bool Exchange::must_wait_for_room(std::size_t more) {
  if (transfer_.long_body || transfer_.reply.body.size() + more <= kLongBody) return false;
  transfer_.long_body = take_long_body();
  paused_ = !transfer_.long_body;
  has_waited_ = has_waited_ || paused_;
  return paused_;
}

void Exchange::go_on_when_there_is_room() {
  transfer_.long_body = take_long_body();
  if (!transfer_.long_body) return;
  paused_ = false;
  curl_easy_pause(easy_, CURLPAUSE_CONT);
}

/// Whether the body goes to the reply. What is wrong with a request is an answer of its own, also to a stream.
bool Exchange::is_kept() const {
  return !sink_ || transfer_.reply.status < 200 || transfer_.reply.status > 299;
}

std::uint64_t Exchange::most_bytes() const {
  if (!is_kept()) return limits_.body_bytes;
  return request_.most_kept > 0 ? request_.most_kept : limits_.kept_bytes;
}

/// One allocation for a body of the announced length; bounded, for a server may announce what it likes.
void Exchange::reserve_body() {
  curl_off_t announced = 0;
  curl_easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (announced > 0) transfer_.reply.body.reserve(std::min(static_cast<std::size_t>(announced), kReserveBytes));
}

void Exchange::remember_tail(std::string_view bytes) {
  tail_.append(bytes);
  if (tail_.size() > 2 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
}

}  // namespace exo_harness::http
