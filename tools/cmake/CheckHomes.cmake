# cmake -DROOT=<repository> -P CheckHomes.cmake
#
# Fails where a source goes around the one home of a concept: compares or assigns a verdict or a phase as text or an exit code as a number, spells
# Exo's word for a failed runner, or reads a journal although it is the process that writes it. Tests may.
cmake_minimum_required(VERSION 3.25)

# Each rule: a name, what it finds, what to do instead, and the files that are the home.
set(VERDICTS "passed|failed|expected_failure|unexpected_pass|environment|harness|hang|crash|lost|skipped|inconclusive")
set(PHASES "preflight|start|api|discovery|stage|place|connect|load|warm-up|first token|generate|delete|stop")
set(RULES VERDICT PHASE EXIT_CODE RUNNER JOURNAL)
set(FIND_VERDICT "(verdict|result)( [=!]=| =) \"(${VERDICTS})\"")
set(INSTEAD_VERDICT "exo_harness::Verdict (core/verdict.h)")
set(HOME_VERDICT "")
set(FIND_PHASE "(phase|stage)( [=!]=| =) \"(${PHASES})\"")
set(INSTEAD_PHASE "exo_harness::Phase (core/phase.h)")
set(HOME_PHASE "")
set(FIND_EXIT_CODE "(exit_)?code( [=!]= | = |\\()(1|2|3|4|5|77)[^0-9.]")
set(INSTEAD_EXIT_CODE "exo_harness::ExitCode (core/exit_code.h)")
set(HOME_EXIT_CODE "")
set(FIND_RUNNER "\"RunnerFailed\"")
set(INSTEAD_RUNNER "journal::StateChange::is_runner_failure, or exo::RunnerFailures of a state")
set(HOME_RUNNER harness/src/exo/runner.cc harness/include/exo_harness/journal/records.h)
set(FIND_JOURNAL "read_journal\\(")
set(INSTEAD_JOURNAL "what the journal shows its listener, or the tail that follows it")
set(HOME_JOURNAL harness/include/exo_harness/journal/journal.h harness/src/journal/reader.cc
  tools/exo_harness/app/dead_run.cc reports/src/document/write.cc reports/src/record/shards.cc
  reports/src/gate/gate_run.cc)  # Runs that are over.

file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/harness/*.h" "${ROOT}/harness/*.cc" "${ROOT}/reports/*.h"
  "${ROOT}/reports/*.cc" "${ROOT}/suites/*.h" "${ROOT}/suites/*.cc" "${ROOT}/tools/exo_harness/*.h"
  "${ROOT}/tools/exo_harness/*.cc" "${ROOT}/tools/helpers/diagnosis_proof/diagnosis_proof.cc")
set(checked 0)
foreach(file IN LISTS files)
  # What is staged or expected from outside spells words as a user sees them.
  if(file MATCHES "_test\\.(cc|h)$|/e2e/")
    if(NOT file MATCHES "^suites/")
      continue()
    endif()
  endif()
  math(EXPR checked "${checked} + 1")
  file(READ "${ROOT}/${file}" text)
  foreach(rule IN LISTS RULES)
    if(NOT file IN_LIST HOME_${rule} AND text MATCHES "${FIND_${rule}}")
      message(SEND_ERROR "${file}: `${CMAKE_MATCH_0}`: use ${INSTEAD_${rule}}")
    endif()
  endforeach()
endforeach()
if(NOT DEFINED LEAST)
  set(LEAST 300)
endif()
if(checked LESS LEAST)
  message(SEND_ERROR "only ${checked} files were checked: is ROOT right?")
endif()
