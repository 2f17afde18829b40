# Tests of the installed package: a consumer project outside the tree, and the traps of CTest.
set(package "${PROJECT_BINARY_DIR}/package")
set(traps "${PROJECT_BINARY_DIR}/ctest_traps")
add_test(NAME structure.ThePackageInstalls COMMAND ${CMAKE_COMMAND} --install "${PROJECT_BINARY_DIR}"
  --prefix "${package}")
set_tests_properties(structure.ThePackageInstalls PROPERTIES FIXTURES_SETUP package LABELS e2e TIMEOUT 60)

add_test(NAME structure.AConsumerOutsideTheTreeBuildsAndRuns COMMAND ${CMAKE_COMMAND} -DPREFIX=${package}
  -DCONSUMER=${PROJECT_SOURCE_DIR}/tools/cmake/consumer -P ${PROJECT_SOURCE_DIR}/tools/cmake/TestConsumer.cmake)
set_tests_properties(structure.AConsumerOutsideTheTreeBuildsAndRuns PROPERTIES LABELS e2e TIMEOUT 180
  FIXTURES_REQUIRED package)

function(exo_add_ctest_trap name)
  add_test(NAME ctest_traps.${name} COMMAND ${CMAKE_COMMAND} -DTRAP=${name} -DPROJECT=${traps} -DPREFIX=${package}
    -DSOURCE=${PROJECT_SOURCE_DIR}/tools/cmake/ctest_traps -P ${PROJECT_SOURCE_DIR}/tools/cmake/CheckCtestTrap.cmake)
  set_tests_properties(ctest_traps.${name} PROPERTIES LABELS e2e TIMEOUT 180 RESOURCE_LOCK ctest_traps ${ARGN})
endfunction()
exo_add_ctest_trap(Build FIXTURES_REQUIRED package FIXTURES_SETUP ctest_traps)
foreach(trap DeadClusterIsRed MissingClusterIsRed FailedSetUpOfASuiteIsRed QuotedSkipMarkerIsRed CrashIsRed EarlyExitIsRed
    NoTestsIsRed AllSkippedIsSkipped AddedFixtureIsListed)
  exo_add_ctest_trap(${trap} FIXTURES_REQUIRED ctest_traps)
endforeach()
