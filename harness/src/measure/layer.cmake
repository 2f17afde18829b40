# Sources, public headers and tests of the layer `measure`.
target_sources(exo_harness PRIVATE src/measure/change_points.cc src/measure/exact_tests.cc src/measure/histogram.cc src/measure/latency.cc src/measure/rank.cc src/measure/summary.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/measure/histogram.h include/exo_harness/measure/latency.h include/exo_harness/measure/summary.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/measure/change_points.h include/exo_harness/measure/exact_tests.h
  include/exo_harness/measure/rank.h)
exo_add_unit_test(measure SOURCES src/measure/measure_test.cc src/measure/rank_test.cc)
