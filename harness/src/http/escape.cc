#include "exo_harness/http/escape.h"

#include <curl/curl.h>

#include "exo_harness/core/error.h"

namespace exo_harness::http {

std::string percent_encoded(std::string_view text) {
  if (text.empty()) return "";  // A length of 0 has libcurl measure the text.
  char* escaped = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  if (escaped == nullptr) throw HarnessError("libcurl could not escape a part of a URL", "free memory");
  std::string out = escaped;
  curl_free(escaped);
  return out;
}

}  // namespace exo_harness::http
