# Sources, public headers and tests of the layer `http`.
target_sources(exo_harness PRIVATE
  src/http/client.cc src/http/curl_failure.cc src/http/exchange.cc src/http/lane.cc src/http/sse.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/http/client.h include/exo_harness/http/sse.h)
