# Sources, public headers and tests of the layer `journal`.
target_sources(exo_harness PRIVATE src/journal/postmortem.cc src/journal/journal.cc src/journal/line_writer.cc src/journal/reader.cc src/journal/run_logs.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/journal/journal.h include/exo_harness/journal/records.h include/exo_harness/journal/run_logs.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/journal/odd_views.h include/exo_harness/journal/postmortem.h)
exo_add_unit_test(journal SOURCES src/journal/journal_test.cc src/journal/reader_test.cc)
