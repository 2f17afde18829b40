#include "refusal.h"

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "parse.h"

namespace exo_harness::exo {

namespace {

/// Why an answer that is no error still holds nothing to read; empty: it may be read.
std::string why_nothing_to_read(const http::Reply& reply) {
  if (reply.status == 204) return "HTTP 204 No Content where an answer was expected";
  const std::string packing = to_lower(reply.header("content-encoding"));
  if (packing.empty() || packing == "identity") return "";
  return format("the answer is packed (Content-Encoding: {}), which was not asked for; is a proxy between?",
                shorten(printable(packing), 40));
}

}  // namespace

std::string without_slash(std::string url) {
  while (!url.empty() && url.back() == '/') url.pop_back();
  return url;
}

std::optional<Failure> refusal(const http::Request& request, const http::Reply& reply) {
  const auto fails = [&](FailureKind kind, const std::string& what) {
    return Failure{kind, format("{} {}: {}", request.method, request.url, what), shorten(printable(reply.body), 2048)};
  };
  if (reply.status >= 200 && reply.status < 300) {
    const std::string why = why_nothing_to_read(reply);
    return why.empty() ? std::nullopt : std::optional(fails(FailureKind::malformed, why));
  }
  const std::string text = format("HTTP {}: {}", reply.status, error_text(reply.body));
  if (reply.status >= 400) return fails(FailureKind::refused, text);
  const std::string to = shorten(printable(reply.header("location")), 200);
  const std::string where = to.empty() ? "" : format("; it sends on to {}, and no redirect is followed", to);
  return fails(FailureKind::malformed, text + where);
}

bool is_refusal(const Failure& failure) {
  return failure.kind == FailureKind::refused && contains(failure.what, ": HTTP 4");  // As `refusal` writes it.
}

Failure with_subject(const http::Request& request, Failure failure) {
  const std::string subject = request.method + " " + request.url;
  if (!contains(failure.what, subject)) failure.what = subject + ": " + failure.what;
  return failure;
}

Outcome<ChatStream> judge_stream(const http::Request& request, const http::Transfer& transfer, ChatStreamReader& reader,
                                 ChatStream* seen) {
  auto outcome = reader.finish(transfer, seen);
  if (auto no = transfer.failure ? std::nullopt : refusal(request, transfer.reply)) return std::move(*no);
  if (outcome.ok()) return outcome;
  return with_subject(request, outcome.failure());
}

}  // namespace exo_harness::exo
