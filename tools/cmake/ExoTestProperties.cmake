# A list given to PROPERTIES of gtest_discover_tests loses all but its first element, and every property
# after it, without a word. A second include file, run after the listing, does not.
# A fifth argument gives the tests an environment, `NAME=value;…`; a sixth is what the output of a passed test matches.
function(exo_test_properties target labels fixtures locks)
  # ARGV4 of a call with four arguments is that of the function that called.
  list(POP_FRONT ARGN environment passed)
  set(script "${CMAKE_CURRENT_BINARY_DIR}/${target}_properties.cmake")
  file(CONFIGURE OUTPUT "${script}" @ONLY CONTENT [[
foreach(test IN LISTS @target@_TESTS)
  set_tests_properties("${test}" PROPERTIES LABELS "@labels@"
    FIXTURES_REQUIRED "@fixtures@" RESOURCE_LOCK "@locks@" ENVIRONMENT "@environment@")
  if(NOT [==[@passed@]==] STREQUAL "")
    set_tests_properties("${test}" PROPERTIES PASS_REGULAR_EXPRESSION [==[@passed@]==])
  endif()
endforeach()
]])
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${script}")
endfunction()

# exo_compile_fast(<target>)
#
# For what waits for a cluster or runs once: -O1 costs three quarters of the time to compile that -O2 does.
function(exo_compile_fast target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
endfunction()
