# Sources, public headers and tests of the layer `measure`.
target_sources(exo_harness PRIVATE src/measure/latency.cc src/measure/summary.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/measure/latency.h include/exo_harness/measure/summary.h)
exo_add_unit_test(measure SOURCES src/measure/measure_test.cc)
