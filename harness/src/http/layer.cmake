# Sources, public headers and tests of the layer `http`.
target_sources(exo_harness PRIVATE
  src/http/client.cc src/http/curl_failure.cc src/http/exchange.cc src/http/lane.cc src/http/long_body.cc
  src/http/sse.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/http/client.h include/exo_harness/http/sse.h)
exo_add_unit_test(http SOURCES
  src/http/client_test.cc src/http/scripted_server.cc src/http/sse_cuts.cc src/http/sse_test.cc
  src/http/stream_test.cc)
