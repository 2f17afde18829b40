# Sources, public headers and tests of the layer `rehearse`: what the engine itself says of a placement.
target_sources(exo_harness PRIVATE
  src/rehearse/conclusion.cc src/rehearse/engine.cc src/rehearse/rank_report.cc src/rehearse/ranks.cc
  src/rehearse/rehearse.cc)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/rehearse/engine.h include/exo_harness/rehearse/rank_report.h
  include/exo_harness/rehearse/rehearse.h)
exo_add_unit_test(rehearse SOURCES
  src/rehearse/conclusion_test.cc src/rehearse/engine_test.cc src/rehearse/rank_report_test.cc)
