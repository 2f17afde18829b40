# Sources, public headers and tests of the layer `diagnose`.
target_sources(exo_harness PRIVATE
  src/diagnose/signature/aho_corasick.cc src/diagnose/cause/case_builder.cc src/diagnose/cause/diagnose.cc src/diagnose/cause/diagnosis.cc src/diagnose/cause/expectation.cc
  src/diagnose/exo_checks.cc src/diagnose/exo_here.cc src/diagnose/cause/findings.cc src/diagnose/firewall.cc src/diagnose/member_checks.cc src/diagnose/local_command.cc src/diagnose/signature/log_record.cc src/diagnose/signature/log_scan.cc
  src/diagnose/recorded_commands.cc src/diagnose/cause/rank_states.cc src/diagnose/cause/sample_record.cc src/diagnose/signature/signature.cc src/diagnose/signature/signature_check.cc
  src/diagnose/signature/signature_reader.cc
  src/diagnose/doctor.cc src/diagnose/local_checks.cc src/diagnose/mac_tools.cc src/diagnose/machine_checks.cc
  src/diagnose/state_checks.cc src/diagnose/thunderbolt_report.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/diagnose/cause/case_builder.h include/exo_harness/diagnose/cause/case_file.h include/exo_harness/diagnose/cause/diagnose.h
  include/exo_harness/diagnose/cause/diagnosis.h include/exo_harness/diagnose/doctor.h
  include/exo_harness/diagnose/mac_tools.h include/exo_harness/diagnose/members.h include/exo_harness/diagnose/exo_here.h include/exo_harness/diagnose/cause/expectation.h include/exo_harness/diagnose/firewall.h
  include/exo_harness/diagnose/local_command.h include/exo_harness/diagnose/signature/log_scan.h
  include/exo_harness/diagnose/cause/sample_record.h include/exo_harness/diagnose/signature/signature.h)
exo_add_unit_test(diagnose SOURCES
  src/diagnose/signature/aho_corasick_test.cc src/diagnose/cause/case_builder_test.cc src/diagnose/cause/diagnose_test.cc src/diagnose/doctor_test.cc src/diagnose/mac_tools_test.cc src/diagnose/exo_here_test.cc src/diagnose/cause/expectation_test.cc src/diagnose/firewall_test.cc src/diagnose/member_checks_test.cc src/diagnose/signature/log_scan_test.cc
  src/diagnose/signature/signature_test.cc)
