# cmake -DFOLDER=<scratch> -P CheckWordsTest.cmake
#
# Shows CheckWords.cmake red: a small tree that keeps to its glossary, then each broken line alone in it.
cmake_minimum_required(VERSION 3.25)
set(RULE Words)
include("${CMAKE_CURRENT_LIST_DIR}/SeesRed.cmake")

function(plant_good_tree)
  plant(harness/README.md "| not | but |\n| --- | --- |\n| `leash` `lease` | supervisor | |\n| `told_` | published | |")
  plant(harness/a.cc "// `leash` of exo-leash, please: release it; told apart\nauto writer = \"leash\";  // leash.log")
endfunction()

expect_green()
foreach(line "class Leash;" "int leash_pid;" "int a_lease();" "// ends the leash" "TEST(A, LeashKilled) {" "bool told_hash();" "auto x = a.told_by;")
  expect_red(tools/b.h "${line}" "has another word")
endforeach()
expect_red(harness/README.md "no table" "has no table")
