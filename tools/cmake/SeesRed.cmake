# Shows a rule of the tree red. A test sets RULE (of Check<RULE>.cmake; RULE_OPTIONS are given to it) and FOLDER (scratch),
# includes this, and defines plant_good_tree(), which makes a small tree below ROOT that keeps to the rule by plant().
# Then expect_green(), and expect_red() for each broken line alone in it.
set(ROOT "${FOLDER}/${RULE}")

function(plant path text)
  file(WRITE "${ROOT}/${path}" "${text}\n")
endfunction()

function(run_rule out code)
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${ROOT}" -DLEAST=0 ${RULE_OPTIONS}
    -P "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/Check${RULE}.cmake"
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
  file(REMOVE_RECURSE "${ROOT}")
  string(REGEX REPLACE "[ \n]+" " " output "${output}")  # CMake breaks lines.
  set(${out} "${output}" PARENT_SCOPE)
  set(${code} "${result}" PARENT_SCOPE)
endfunction()

function(expect_green)
  plant_good_tree()
  run_rule(output code)
  if(NOT code EQUAL 0)
    message(SEND_ERROR "the good tree is red: ${output}")
  endif()
endfunction()

function(expect_red path text says)
  plant_good_tree()
  plant("${path}" "${text}")
  run_rule(output code)
  string(FIND "${output}" "${says}" at)
  if(code EQUAL 0 OR at EQUAL -1)
    message(SEND_ERROR "`${text}` in ${path}: exit ${code}, expected `${says}`, was: ${output}")
  endif()
endfunction()
