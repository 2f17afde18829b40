# cmake -DFOLDER=<scratch> -P CheckWordsTest.cmake
#
# Shows CheckWords.cmake red: a small tree that keeps to its glossary, then each broken line alone in it.
cmake_minimum_required(VERSION 3.25)
set(ROOT "${FOLDER}/words")

function(plant_good_tree)
  file(REMOVE_RECURSE "${ROOT}")
  file(WRITE "${ROOT}/harness/README.md" "| not | but |\n| --- | --- |\n| `leash` `lease` | supervisor | |\n| `told_` | published | |\n")
  file(WRITE "${ROOT}/harness/a.cc" "// `leash` of exo-leash, please: release it; told apart\nauto writer = \"leash\";  // leash.log\n")
endfunction()

function(run out code)
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${ROOT}" -P "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/CheckWords.cmake"
    OUTPUT_VARIABLE output ERROR_VARIABLE output RESULT_VARIABLE result)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")  # CMake breaks lines.
  set(${out} "${output}" PARENT_SCOPE)
  set(${code} "${result}" PARENT_SCOPE)
endfunction()

plant_good_tree()
run(output code)
if(NOT code EQUAL 0)
  message(SEND_ERROR "a good tree is red: ${output}")
endif()
foreach(line "class Leash;" "int leash_pid;" "int a_lease();" "// ends the leash" "TEST(A, LeashKilled) {" "bool told_hash();" "auto x = a.told_by;")
  plant_good_tree()
  file(WRITE "${ROOT}/tools/b.h" "${line}\n")
  run(output code)
  if(NOT output MATCHES "tools/b.h: .*has another word")
    message(SEND_ERROR "`${line}` is not seen: ${output}")
  endif()
endforeach()
plant_good_tree()
file(WRITE "${ROOT}/harness/README.md" "no table\n")
run(output code)
if(code EQUAL 0)
  message(SEND_ERROR "a glossary without its table passes")
endif()
