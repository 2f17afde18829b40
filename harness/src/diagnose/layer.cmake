# Sources, public headers and tests of the layer `diagnose`.
target_sources(exo_harness PRIVATE
  src/diagnose/aho_corasick.cc src/diagnose/case_builder.cc src/diagnose/diagnose.cc src/diagnose/diagnosis.cc src/diagnose/expectation.cc
  src/diagnose/exo_checks.cc src/diagnose/exo_here.cc src/diagnose/findings.cc src/diagnose/firewall.cc src/diagnose/member_checks.cc src/diagnose/local_command.cc src/diagnose/log_record.cc src/diagnose/log_scan.cc
  src/diagnose/process_look.cc src/diagnose/recorded_commands.cc src/diagnose/rank_states.cc src/diagnose/signature.cc src/diagnose/signature_check.cc
  src/diagnose/signature_reader.cc
  src/diagnose/doctor.cc src/diagnose/local_checks.cc src/diagnose/mac_tools.cc src/diagnose/machine_checks.cc
  src/diagnose/state_checks.cc src/diagnose/thunderbolt_report.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/diagnose/case_builder.h include/exo_harness/diagnose/case_file.h include/exo_harness/diagnose/diagnose.h
  include/exo_harness/diagnose/diagnosis.h include/exo_harness/diagnose/doctor.h
  include/exo_harness/diagnose/mac_tools.h include/exo_harness/diagnose/members.h include/exo_harness/diagnose/exo_here.h include/exo_harness/diagnose/expectation.h include/exo_harness/diagnose/firewall.h
  include/exo_harness/diagnose/local_command.h include/exo_harness/diagnose/log_scan.h
  include/exo_harness/diagnose/process_look.h include/exo_harness/diagnose/signature.h)
exo_add_unit_test(diagnose SOURCES
  src/diagnose/aho_corasick_test.cc src/diagnose/case_builder_test.cc src/diagnose/diagnose_test.cc src/diagnose/doctor_test.cc src/diagnose/mac_tools_test.cc src/diagnose/exo_here_test.cc src/diagnose/expectation_test.cc src/diagnose/firewall_test.cc src/diagnose/member_checks_test.cc src/diagnose/log_scan_test.cc
  src/diagnose/process_look_test.cc src/diagnose/signature_test.cc)
