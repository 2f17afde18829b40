# cmake -DROOT=<repository> -P CheckRunFiles.cmake
#
# Fails where a source of the product opens a file to write to it, and is none of those below. What a run leaves is read
# by others: it gets there through `redact` (core/redact.h) only, and each of these says how, or why it needs not.
cmake_minimum_required(VERSION 3.25)
set(WRITERS
  "harness/include/exo_harness/core/file.h"       # Declares write_file.
  "harness/src/core/file.cc"                      # Is write_file.
  "harness/src/core/redacted_copy.cc"             # Takes the secrets out of logs.
  "harness/src/journal/journal.cc"                # Lines of line_writer.cc, which redacts each text.
  "harness/src/journal/postmortem.cc"             # One end of a line.
  "harness/src/process/bounded_log.cc"            # Punches holes.
  "harness/src/process/child.cc"                  # Logs of suites; suite_runner.cc cleans each when it has ended.
  "harness/src/process/supervised_script.cc"      # leash.log; exo-leash redacts what it says.
  "harness/src/process/owner_lock.cc"             # Not of a run: pids, and where the run is.
  "harness/src/process/run_record.cc"             # leash.state; redacts the command.
  "harness/src/cluster/cluster_file.cc"           # cluster.json; redacts, and leaves users and passwords out.
  "harness/src/gtest/leftovers.cc"                # The id of an instance.
  "harness/src/gtest/apart_note.cc"               # Why the cluster was not whole; redacts.
  "harness/src/model/stage/stage.cc"              # Not of a run: models.
  "harness/src/model/rehearse/twin.cc"            # Not of a run: models without weights.
  "harness/src/rehearse/rehearse.cc"              # Not of a run: what the ranks of a rehearsal are given.
  "harness/src/model/test_model.cc"               # Not of a run: models of tests.
  "harness/src/model/predict/configurations.cc"   # Not of a run: what an engine says of public models.
  "tools/exo_leash/supervisor_log.cc"             # leash.jsonl; json_text redacts.
  "tools/exo_leash/supervisor.cc"                 # start.log, written by the script; run_logs.cc cleans it at the end.
  "tools/exo_leash/ending.cc"                     # stop.log, the same.
  "tools/exo_harness/run/run_rehearsals.cc"       # What an engine said; redacts.
  "tools/exo_harness/help/help_commands.cc"       # Not of a run: manual pages and completions.
  "tools/exo_harness/gate/baselines.cc"           # Copies a journal, and redacts the reason beside it.
  "tools/exo_harness/gate/gate_report.cc"         # The job summary: made as the documents of write_gate.cc.
  "tools/exo_harness/gate/history_command.cc"     # Lines and a page made of journals.
  "reports/src/gate/write_gate.cc"                # Made of journals, and of options through redact.
  "reports/src/document/write.cc")                # Made of the journal, and of logs through RedactingStream.

set(OPENS "(ofstream|[^i]fstream +[a-z]|fopen *\\(|O_CREAT|O_WRONLY|O_RDWR|[^_a-z]write_file *\\(|copy_file *\\(|fs::copy *\\(|filesystem::copy *\\()")
file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/harness/*.h" "${ROOT}/harness/*.cc" "${ROOT}/reports/*.h"
  "${ROOT}/reports/*.cc" "${ROOT}/suites/*.h" "${ROOT}/suites/*.cc" "${ROOT}/tools/exo_harness/*.h"
  "${ROOT}/tools/exo_harness/*.cc" "${ROOT}/tools/exo_leash/*.h" "${ROOT}/tools/exo_leash/*.cc")
list(FILTER files EXCLUDE REGEX "(_test\\.cc|/e2e/)")
set(writes "")
foreach(file IN LISTS files)
  file(STRINGS "${ROOT}/${file}" lines REGEX "${OPENS}")
  list(FILTER lines EXCLUDE REGEX "^ *//")
  if(lines STREQUAL "")
    continue()
  endif()
  list(APPEND writes "${file}")
  if(NOT file IN_LIST WRITERS)
    message(SEND_ERROR "${file} opens a file to write to it (${lines}): is it of a run? Let it redact, and add it here")
  endif()
endforeach()
foreach(file IN LISTS WRITERS)
  if(NOT file IN_LIST writes)
    message(SEND_ERROR "${file} writes no file: take it out of this list")
  endif()
endforeach()
