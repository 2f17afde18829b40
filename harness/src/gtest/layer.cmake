# Sources, public headers and tests of the layer `gtest`; they belong to the target exo_harness_gtest.
target_sources(exo_harness_gtest PRIVATE
  src/gtest/answer_matchers.cc src/gtest/apart_note.cc src/gtest/attached_cluster.cc src/gtest/broken_law.cc src/gtest/journal_listener.cc src/gtest/kept_answer.cc src/gtest/known_finding.cc src/gtest/known_marks.cc src/gtest/leftovers.cc src/gtest/measured_block.cc src/gtest/node_logs.cc src/gtest/placed_scenario.cc src/gtest/prediction.cc src/gtest/quick.cc src/gtest/foreign_watch.cc
  src/gtest/result.cc src/gtest/run.cc src/gtest/scenario.cc src/gtest/session.cc)
target_sources(exo_harness_gtest PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/gtest/answer_matchers.h include/exo_harness/gtest/attached_cluster.h
  include/exo_harness/gtest/broken_law.h include/exo_harness/gtest/known_finding.h
  include/exo_harness/gtest/matchers.h include/exo_harness/gtest/node_logs.h
  include/exo_harness/gtest/placed_scenario.h include/exo_harness/gtest/prediction.h include/exo_harness/gtest/quick.h
  include/exo_harness/gtest/result.h include/exo_harness/gtest/run.h include/exo_harness/gtest/scenario.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness_gtest PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/gtest/kept_answer.h include/exo_harness/gtest/measured_block.h)
exo_add_unit_test(gtest SOURCES src/gtest/answer_matchers_test.cc src/gtest/known_marks_test.cc src/gtest/apart_note_test.cc src/gtest/prediction_test.cc LIBRARIES exo_harness_gtest)
