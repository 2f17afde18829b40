#include <cerrno>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

#include "exchange.h"

namespace exo_harness::http {

namespace {

constexpr int kTooLarge = 100;  // CURLE_TOO_LARGE, since libcurl 8.6.

FailureKind kind_of(CURLcode code, std::string_view text, const Transfer& transfer) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_INTERFACE_FAILED:
      return FailureKind::unreachable;
    case CURLE_OPERATION_TIMEDOUT:  // Only the limit for connecting is libcurl's; the deadline is ours.
      return FailureKind::unreachable;
    case CURLE_RECV_ERROR:  // libcurl's code for broken chunks as well as for a lost connection.
      return contains(text, "chunk") || contains(text, "header") ? FailureKind::malformed : FailureKind::truncated;
    case CURLE_GOT_NOTHING:
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
      return FailureKind::truncated;
    default:
      return transfer.reply.status == 0 && contains(text, "reset") ? FailureKind::truncated : FailureKind::malformed;
  }
}

// In words that say what to look at.
std::string_view why_unreachable(CURLcode code, int os_error, const Transfer& transfer) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "no host of that name is known here";
    case CURLE_SSL_CONNECT_ERROR:
      return "what listens there speaks no TLS; an Exo API is plain http://";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "its TLS certificate is not trusted here";
    default:
      break;
  }
  if (os_error == ECONNREFUSED) return "nothing listens there, the connection is refused";
  if (os_error == EHOSTUNREACH || os_error == ENETUNREACH) return "no route leads there";
  if (code == CURLE_OPERATION_TIMEDOUT || os_error == ETIMEDOUT) return why_no_connection(transfer);
  return "no connection";
}

std::string_view meaning_of(FailureKind kind, CURLcode code, int os_error, const Transfer& transfer) {
  if (kind == FailureKind::unreachable) return why_unreachable(code, os_error, transfer);
  if (kind == FailureKind::truncated) return "the connection ended before the answer did";
  // libcurl has room for a line of 100 kB, and this word for more.
  if (code == CURLE_OUT_OF_MEMORY || code == kTooLarge) return "a line of its headers is longer than 100 kB";
  return "the answer is not HTTP/1.1 as it should be";
}

}  // namespace

std::string_view why_no_connection(const Transfer& transfer) {
  if (transfer.reply.timing.connect_us > 0)
    return "what listens there does not answer to TLS; an Exo API is plain http://";
  return "nothing answers there, not even to a connection: is the host up, and no firewall between?";
}

Failure failure_of(CURLcode code, std::string_view error_text, std::string_view subject, const Transfer& transfer,
                   int os_error) {
  const std::string detail = error_text.empty() ? curl_easy_strerror(code) : printable(error_text);
  const FailureKind kind = kind_of(code, detail, transfer);
  std::string what = format("{}: {}", subject, meaning_of(kind, code, os_error, transfer));
  if (code != CURLE_OUT_OF_MEMORY) what += format(" ({})", detail);
  if (kind == FailureKind::truncated) what += format("; {} bytes of body had come", transfer.reply.body_bytes);
  return {kind, redact(what), ""};
}

void check_url(const std::string& url) {
  CURLU* parsed = curl_url();
  const CURLUcode code = curl_url_set(parsed, CURLUPART_URL, url.c_str(), 0);
  curl_url_cleanup(parsed);
  const std::string lower = to_lower(url.substr(0, 8));
  if (code == CURLUE_OK && (lower.rfind("http://", 0) == 0 || lower == "https://")) return;
  throw UsageError(format("'{}' is not the URL of an API", redact(printable(url))),
                   "give it as http://HOST:PORT, for example http://10.0.0.1:52415");
}

}  // namespace exo_harness::http
