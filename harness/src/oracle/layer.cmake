# Sources, public headers and tests of the layer `oracle`.
target_sources(exo_harness PRIVATE src/oracle/calls.cc src/oracle/close.cc src/oracle/exact.cc src/oracle/lawful.cc src/oracle/marks.cc src/oracle/right.cc src/oracle/rows.cc src/oracle/thinking.cc src/oracle/wholeness.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/oracle/close.h include/exo_harness/oracle/exact.h include/exo_harness/oracle/lawful.h
  include/exo_harness/oracle/right.h include/exo_harness/oracle/wholeness.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/oracle/calls.h include/exo_harness/oracle/marks.h include/exo_harness/oracle/thinking.h)
exo_add_unit_test(oracle SOURCES src/oracle/calls_test.cc src/oracle/lawful_test.cc src/oracle/oracle_test.cc src/oracle/right_test.cc src/oracle/thinking_test.cc src/exo/recording.cc)
