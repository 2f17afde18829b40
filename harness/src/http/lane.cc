#include <mutex>

#include "exo_harness/core/error.h"

#include "exchange.h"

namespace exo_harness::http {

void start_libcurl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

Lane::Lane() {
  start_libcurl_once();
  multi_ = curl_multi_init();
  easy_ = curl_easy_init();
  if (multi_ == nullptr || easy_ == nullptr) {
    throw HarnessError("libcurl gives no handle", "free memory or file descriptors (ulimit -n) and try again");
  }
}

Lane::~Lane() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

}  // namespace exo_harness::http
