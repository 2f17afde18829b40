# Sources, public headers and tests of the layer `http`.
if(APPLE)
  set(poller src/http/poller_macos.cc)
else()
  set(poller src/http/poller_linux.cc)
endif()
target_sources(exo_harness PRIVATE
  src/http/client.cc src/http/curl_failure.cc src/http/escape.cc src/http/exchange.cc src/http/lane.cc src/http/long_body.cc
  ${poller} src/http/sse.cc src/http/stream_loop.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/http/client.h include/exo_harness/http/sse.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/http/escape.h include/exo_harness/http/stream_loop.h)
exo_add_unit_test(http SOURCES
  src/http/client_test.cc src/http/escape_test.cc src/http/poller_test.cc src/http/scripted_server.cc src/http/sse_cuts.cc src/http/sse_test.cc
  src/http/stream_loop_test.cc src/http/stream_test.cc)
