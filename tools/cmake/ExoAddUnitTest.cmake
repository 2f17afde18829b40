include(GoogleTest)
include("${CMAKE_CURRENT_LIST_DIR}/ExoTestProperties.cmake")

# exo_add_unit_test(<name> SOURCES <file>... [LIBRARIES <target>...] [LABELS <label>...] [TIMEOUT <seconds>])
#
# One test binary a layer, `test_<name>`; each test is a CTest test named `<name>.Suite.Test`.
# Data files are found through EXO_FIXTURES_DIR; our binaries through EXO_BIN_DIR.
function(exo_add_unit_test name)
  if(NOT EXO_HARNESS_BUILD_TESTS)
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "SOURCES;LIBRARIES;LABELS")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  set(target "test_${name}")
  add_executable(${target} ${arg_SOURCES})
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/harness/src")  # Private headers of lower layers.
  target_link_libraries(${target} PRIVATE exo_harness::exo_harness ${arg_LIBRARIES} exo_harness_private_deps GTest::gmock GTest::gmock_main)
  exo_compile_fast(${target})
  target_compile_definitions(${target} PRIVATE
    EXO_FIXTURES_DIR="${PROJECT_SOURCE_DIR}/fixtures" EXO_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    EXO_BIN_DIR="${PROJECT_BINARY_DIR}/bin")
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 NO_PRETTY_VALUES TEST_PREFIX "${name}."
    PROPERTIES TIMEOUT ${arg_TIMEOUT})
  exo_test_properties(${target} "${arg_LABELS}" "" "")
endfunction()
