#include "api/dialect.h"

namespace exo_harness::fake {

bool serve_dialects(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  if (request.method != "POST") return false;
  if (request.path == "/v1/messages") return serve_claude(api, request, exchange);
  return request.path == "/v1/responses" && serve_responses(api, request, exchange);
}

}  // namespace exo_harness::fake
