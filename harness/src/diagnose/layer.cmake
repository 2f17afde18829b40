# Sources, public headers and tests of the layer `diagnose`: known failure texts, and from evidence to a cause.
target_sources(exo_harness PRIVATE
  src/diagnose/signature/aho_corasick.cc src/diagnose/signature/log_record.cc src/diagnose/signature/log_scan.cc
  src/diagnose/signature/signature.cc src/diagnose/signature/signature_check.cc src/diagnose/signature/signature_reader.cc)
target_sources(exo_harness PRIVATE
  src/diagnose/cause/case_builder.cc src/diagnose/cause/diagnose.cc src/diagnose/cause/diagnosis.cc
  src/diagnose/cause/exception_text.cc
  src/diagnose/cause/expectation.cc src/diagnose/cause/signature_hits.cc src/diagnose/cause/rank_states.cc
  src/diagnose/cause/diagnosis_record.cc src/diagnose/cause/sample_record.cc)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/diagnose/signature/log_scan.h include/exo_harness/diagnose/signature/signature.h
  include/exo_harness/diagnose/cause/case_builder.h include/exo_harness/diagnose/cause/case_file.h
  include/exo_harness/diagnose/cause/diagnose.h include/exo_harness/diagnose/cause/diagnosis.h
  include/exo_harness/diagnose/cause/diagnosis_record.h include/exo_harness/diagnose/cause/expectation.h
  include/exo_harness/diagnose/cause/sample_record.h)
exo_add_unit_test(diagnose SOURCES
  src/diagnose/signature/aho_corasick_test.cc src/diagnose/signature/field_reports_test.cc
  src/diagnose/signature/log_scan_test.cc
  src/diagnose/signature/signature_test.cc
  src/diagnose/cause/case_builder_test.cc src/diagnose/cause/diagnose_test.cc
  src/diagnose/cause/exception_text_test.cc src/diagnose/cause/expectation_test.cc)
