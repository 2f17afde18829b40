#pragma once

namespace exo_harness::gtest {

/// Runs the tests of a suite binary: the `main` of every suite.
///
/// Up to the end of `--gtest_list_tests` it reads files and nothing else: no sockets, no processes, no output of its
/// own. Result: an exit code of exo_harness::ExitCode. Zero selected tests give 5, only skips give 77; neither is a
/// pass.
int run(int argc, char** argv);

}  // namespace exo_harness::gtest
