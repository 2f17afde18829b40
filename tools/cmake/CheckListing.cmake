# cmake -DSUITE=<suite binary> -P CheckListing.cmake
#
# A suite is listed with no cluster in reach, at once, and prints nothing that CMake would take for a test.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND ${CMAKE_COMMAND} -E env EXO_HARNESS_CLUSTER=/nonexistent/cluster.json "${SUITE}"
  --gtest_list_tests RESULT_VARIABLE result OUTPUT_VARIABLE output TIMEOUT 10)
if(NOT result STREQUAL 0)
  message(FATAL_ERROR "${SUITE} --gtest_list_tests without a cluster: ${result}\n${output}")
endif()
string(REPLACE ";" "," output "${output}")
string(REGEX REPLACE "\n$" "" output "${output}")
string(REPLACE "\n" ";" lines "${output}")
foreach(line IN LISTS lines)
  if(NOT line MATCHES "^[A-Za-z0-9_/]+\\.(  # TypeParam.*)?$" AND NOT line MATCHES "^  [A-Za-z0-9_/]+(  # GetParam.*)?$")
    message(FATAL_ERROR "${SUITE} prints while it lists: \"${line}\"")
  endif()
endforeach()
list(LENGTH lines count)
if(count LESS 2)
  message(FATAL_ERROR "${SUITE} lists no test without a cluster")
endif()
