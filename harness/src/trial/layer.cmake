# Sources, public headers and tests of the layer `trial`: place, ask, gather why, delete; and what a model came to.
target_sources(exo_harness PRIVATE
  src/trial/election.cc src/trial/hang_evidence.cc src/trial/model_trial.cc src/trial/node_logs.cc src/trial/strategy.cc
  src/trial/evidence_records.cc src/trial/test_diagnoser.cc src/trial/trial.cc)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/trial/election.h include/exo_harness/trial/hang_evidence.h include/exo_harness/trial/model_trial.h
  include/exo_harness/trial/node_logs.h include/exo_harness/trial/strategy.h
  include/exo_harness/trial/evidence_records.h include/exo_harness/trial/test_diagnoser.h
  include/exo_harness/trial/trial.h)
exo_add_unit_test(trial SOURCES
  src/trial/election_test.cc src/trial/model_trial_test.cc src/trial/strategy_test.cc src/trial/evidence_records_test.cc
  src/trial/test_diagnoser_test.cc)
