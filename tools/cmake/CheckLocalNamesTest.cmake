# cmake -DFOLDER=<scratch> -P CheckLocalNamesTest.cmake
#
# Shows CheckLocalNames.cmake red.
cmake_minimum_required(VERSION 3.25)
set(RULE LocalNames)
include("${CMAKE_CURRENT_LIST_DIR}/SeesRed.cmake")

# A file with one function that is local to it.
set(LOCAL "namespace a {\nnamespace {\n\nstd::string shown(int n) {\n  return {}\;\n}\n\n}  // namespace\n}\n")
function(plant_good_tree)
  plant(harness/src/core/a.cc "${LOCAL}")
  plant(harness/src/core/a_test.cc "${LOCAL}")
  plant(harness/src/exo/a.cc "${LOCAL}")
  plant(harness/src/core/b.cc "namespace a {\n\nstd::string shown(int n) {\n  return {}\;\n}\n}\n")
  plant(tools/bench/a.cc "${LOCAL}")
  plant(tools/bench/b.cc "${LOCAL}")
endfunction()

expect_green()
expect_red(harness/src/core/c.cc "${LOCAL}" "`shown` is local to harness/src/core/a.cc, too")
expect_red(harness/src/core/c.cc "namespace {\n\n}  // namespace\n${LOCAL}" "`shown` is local to")
expect_red(harness/src/core/deep/c.cc "namespace {\n[[noreturn]] void shown(int a, int b,\n  int c) {\n}\n\n}  // namespace"
  "`shown` is local to")
expect_red(harness/src/core/c_test.cc "namespace {\nconst char* shown(int a) {\n}\n\n}  // namespace" "`shown` is local to")
