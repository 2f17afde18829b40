include(GoogleTest)
include("${CMAKE_CURRENT_LIST_DIR}/ExoTestProperties.cmake")

# exo_add_suite(<name> SOURCES <file>... [LIBRARIES <target>...] [FIXTURES <glob>...] [LABELS <label>...]
#               [CLUSTER <CTest fixture>] [LOCKS <resource>...] [TIMEOUT <seconds>])
#
# A suite is one GoogleTest binary, `suite_<name>`, that exo-harness runs against a cluster and that CTest runs
# one process a test. A changed fixture file relinks the binary, and a relinked binary is listed again: without
# that a new fixture file would silently not run. CTest takes exit 0 for a pass, also of a test that called _exit(0):
# the last line of the output must say that the suite came to its end.
function(exo_add_suite name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "CLUSTER;TIMEOUT" "SOURCES;LIBRARIES;FIXTURES;LABELS;LOCKS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set(target "suite_${name}")
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE exo_harness::gtest ${arg_LIBRARIES})
  exo_compile_fast(${target})
  if(arg_FIXTURES)
    file(GLOB fixture_files CONFIGURE_DEPENDS ${arg_FIXTURES})
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS ${fixture_files})
  endif()
  if(COMMAND exo_check_cluster_fixture)
    exo_check_cluster_fixture("${arg_CLUSTER}")
  endif()
  if(TARGET exo_tools)
    add_dependencies(exo_tools ${target})
  endif()
  if(arg_CLUSTER)
    gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES TEST_PREFIX "suite.${name}."
      PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT ${arg_TIMEOUT})
    exo_test_properties(${target} "${arg_LABELS}" "${arg_CLUSTER}" "${arg_CLUSTER};${arg_LOCKS}"
      "EXO_HARNESS_CLUSTER=${PROJECT_BINARY_DIR}/clusters/${arg_CLUSTER}.json" "suite ${name} ended: passed[\r\n]*$")
  endif()
endfunction()
