#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>

#include <curl/curl.h>

#include "exo_harness/http/client.h"

namespace exo_harness::http {

/// Before the first handle of libcurl. Threads: any.
void start_libcurl_once();

/// A libcurl handle with the connections that it keeps. One exchange at a time.
class Lane {
 public:
  Lane();
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  CURL* easy() const { return easy_; }
  CURLM* multi() const { return multi_; }

 private:
  CURLM* multi_;
  CURL* easy_;
};

/// One exchange on a handle: sets the options, runs the loop, says what came of it.
class Exchange {
 public:
  /// How an exchange uses its handle.
  struct Ways {
    long read_bytes = 128 * 1024;  ///< Of libcurl's buffer. A /state in two or three reads, in place of twenty.
    bool keeps_tail = true;        ///< Of a streamed body: the evidence when it is cut.
    bool keeps_connection = true;  ///< When it is over, for another one.
  };
  enum class Stop { none, deadline, inactivity, sink, body_limit, header_limit };

  Exchange(CURL* easy, const Client::Limits& limits, const Request& request, const Sink& sink, Ways ways);
  Exchange(CURL* easy, const Client::Limits& limits, const Request& request, const Sink& sink)
      : Exchange(easy, limits, request, sink, Ways()) {}
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// The whole of it, on the caller's thread.
  Transfer run(CURLM* multi, Deadline deadline, const InactivityLimit& inactivity);

  // The same in steps, for who drives many at once: add the handle to a multi handle; when that says that it is over,
  // or after `stop`, take it out and call `end`.
  void stop(Stop why) { stop_ = why; }
  Transfer end(CURLcode code);

 private:
  void set_options();
  void set_method();
  CURLcode drive(CURLM* multi, Deadline deadline, const InactivityLimit& inactivity);
  bool out_of_time(Deadline deadline, const InactivityLimit& inactivity);
  int wait_ms() const;
  void take_timing();
  std::optional<Failure> verdict(CURLcode code) const;
  std::string subject() const;
  bool was_sent() const;

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
  std::size_t header_line(std::string_view line);
  std::size_t body_bytes(std::string_view bytes);
  bool is_kept() const;
  bool must_wait_for_room(std::size_t more);
  void go_on_when_there_is_room();
  std::uint64_t most_bytes() const;
  void reserve_body();
  void remember_tail(std::string_view bytes);

  CURL* const easy_;
  const Client::Limits& limits_;
  const Request& request_;
  const Sink& sink_;
  const Ways ways_;
  curl_slist* headers_ = nullptr;
  char error_[CURL_ERROR_SIZE] = {};
  Transfer transfer_;
  std::string tail_;  // Of a streamed body: the evidence when it is cut.
  std::uint64_t header_bytes_ = 0;
  Stop stop_ = Stop::none;
  bool tried_ = false, paused_ = false, has_waited_ = false;
  std::exception_ptr thrown_;
  Deadline wait_until_;
};

/// What a libcurl error means for the system under test; the text begins with `subject`. `os_error`: errno of a
/// connection that failed, or 0.
Failure failure_of(CURLcode code, std::string_view error_text, std::string_view subject, const Transfer& transfer,
                   int os_error);

/// In words, of a connection that was neither made nor refused in time.
std::string_view why_no_connection(const Transfer& transfer);

/// Throws UsageError unless `url` is a complete http or https URL.
void check_url(const std::string& url);

}  // namespace exo_harness::http
