#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

#include "exchange.h"

namespace exo_harness::http {

namespace {

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

std::string_view meaning_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::unreachable:
      return "no connection";
    case FailureKind::truncated:
      return "the connection ended before the answer did";
    default:
      return "the answer is not HTTP/1.1 as it should be";
  }
}

}  // namespace

Failure failure_of(CURLcode code, std::string_view error_text, std::string_view subject, const Transfer& transfer) {
  const std::string detail = error_text.empty() ? curl_easy_strerror(code) : printable(error_text);
  const FailureKind kind = kind_of(code, detail, transfer);
  std::string what = format("{}: {} ({})", subject, meaning_of(kind), detail);
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
