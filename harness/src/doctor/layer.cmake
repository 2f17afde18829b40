# Sources, public headers and tests of the layer `doctor`: whether a cluster and this machine are fit, before a run.
target_sources(exo_harness PRIVATE
  src/doctor/commands.cc src/doctor/doctor.cc src/doctor/exo_checks.cc src/doctor/exo_here.cc src/doctor/firewall.cc
  src/doctor/local_checks.cc src/doctor/mac_tools.cc src/doctor/machine_checks.cc src/doctor/matrix_check.cc
  src/doctor/member_checks.cc src/doctor/network_here.cc src/doctor/script_line.cc src/doctor/start_settings.cc src/doctor/state_checks.cc src/doctor/state_predicates.cc src/doctor/state_view.cc
  src/doctor/thunderbolt_report.cc)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/doctor/commands.h include/exo_harness/doctor/doctor.h include/exo_harness/doctor/exo_here.h
  include/exo_harness/doctor/firewall.h include/exo_harness/doctor/mac_tools.h include/exo_harness/doctor/members.h
  include/exo_harness/doctor/network_here.h include/exo_harness/doctor/start_settings.h)
exo_add_unit_test(doctor SOURCES
  src/doctor/commands_test.cc src/doctor/doctor_test.cc src/doctor/exo_here_test.cc src/doctor/firewall_test.cc
  src/doctor/mac_tools_test.cc src/doctor/member_checks_test.cc src/doctor/network_here_test.cc
  src/doctor/start_settings_test.cc src/doctor/state_checks_test.cc)
