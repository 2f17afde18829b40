# cmake -DFOLDER=<scratch> -P CheckHomesTest.cmake
#
# Shows each rule of CheckHomes.cmake red.
cmake_minimum_required(VERSION 3.25)
set(RULE Homes)
include("${CMAKE_CURRENT_LIST_DIR}/SeesRed.cmake")

function(plant_good_tree)
  plant(harness/src/exo/a_test.cc "if (verdict == \"passed\") {}  // What tests expect is spelled as users see it.")
  plant(harness/src/exo/runner.cc "return \"RunnerFailed\"\;")
  plant(reports/src/document/write.cc "read_journal(file)\;")
endfunction()

expect_green()
expect_red(harness/src/exo/a.cc "if (test.verdict == \"hang\") {}" "use exo_harness::Verdict")
expect_red(suites/a/a_test.cc "const auto result = \"passed\"\;" "use exo_harness::Verdict")
expect_red(tools/exo_harness/run/a.cc "phase != \"warm-up\"" "use exo_harness::Phase")
expect_red(tools/exo_harness/run/a.cc "exit_code = 77\;" "use exo_harness::ExitCode")
expect_red(harness/src/trial/a.cc "to == \"RunnerFailed\"" "use journal::StateChange::is_runner_failure")
expect_red(tools/exo_harness/run/a.cc "read_journal(folder)" "use what the journal shows its listener")
