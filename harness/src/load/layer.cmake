# Sources, public headers and tests of the layer `load`: many streamed chats at once, and what they came to.
target_sources(exo_harness PRIVATE
  src/load/block.cc src/load/describe.cc src/load/load.cc src/load/load_tally.cc src/load/promises.cc src/load/prompt.cc
  src/load/ramp.cc src/load/schedule.cc)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/load/block.h include/exo_harness/load/describe.h include/exo_harness/load/load.h
  include/exo_harness/load/prompt.h include/exo_harness/load/ramp.h include/exo_harness/load/schedule.h)
exo_add_unit_test(load SOURCES
  src/http/scripted_server.cc src/load/load_test.cc src/load/promises_test.cc src/load/schedule_test.cc)
