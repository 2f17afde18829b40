# Sources, public headers and tests of the layer `process`.
if(APPLE)
  set(process_platform macos)
else()
  set(process_platform linux)
endif()
target_sources(exo_harness PRIVATE
  src/process/bound_port.cc src/process/bounded_log.cc src/process/bounded_log_${process_platform}.cc src/process/child.cc
  src/process/clean_up.cc src/process/freed_memory.cc src/process/growth_notice_${process_platform}.cc src/process/interrupts.cc src/process/launch.cc src/process/supervisor_channel.cc src/process/supervised_script.cc
  src/process/line_channel.cc src/process/log_follower.cc src/process/marks.cc src/process/open_files.cc src/process/owner_lock.cc src/process/port_owner_${process_platform}.cc src/process/proc_text.cc
  src/process/resident_${process_platform}.cc
  src/process/run_command.cc src/process/run_record.cc src/process/sample.cc src/process/spawner_thread.cc src/process/sweep.cc src/process/table.cc
  src/process/table_${process_platform}.cc)
target_sources(exo_harness PUBLIC FILE_SET HEADERS BASE_DIRS include FILES
  include/exo_harness/process/child.h include/exo_harness/process/clean_up.h include/exo_harness/process/interrupts.h
  include/exo_harness/process/supervised_script.h include/exo_harness/process/marks.h
  include/exo_harness/process/table.h)
# Not installed: for the tools, suites and tests of this project.
target_sources(exo_harness PRIVATE FILE_SET internal TYPE HEADERS BASE_DIRS include FILES
  include/exo_harness/process/bound_port.h include/exo_harness/process/bounded_log.h include/exo_harness/process/freed_memory.h
  include/exo_harness/process/growth_notice.h include/exo_harness/process/line_channel.h
  include/exo_harness/process/log_follower.h include/exo_harness/process/open_files.h
  include/exo_harness/process/owner_lock.h include/exo_harness/process/port_owner.h include/exo_harness/process/resident.h
  include/exo_harness/process/run_record.h include/exo_harness/process/sample.h include/exo_harness/process/sweep.h)
exo_add_unit_test(process SOURCES src/process/bound_port_test.cc src/process/child_test.cc src/process/line_channel_test.cc src/process/log_follower_test.cc src/process/open_files_test.cc src/process/owner_lock_test.cc src/process/port_owner_test.cc src/process/proc_text_test.cc src/process/run_command_test.cc src/process/sample_test.cc)
