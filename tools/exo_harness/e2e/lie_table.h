#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace exo_harness::tools {

/// A row of `lies.md`: what the fake tells that is not true, and who finds it.
struct Lie {
  std::string name, suite, placement, model, filter, fault;
  std::string red;      ///< Part of the name of the test that must be red; empty: the run ends before any test.
  std::string verdict;  ///< Of that test, or of the run.
  std::string says;     ///< What a reason, or the output, must tell.
  bool quick = false;   ///< The quick selection finds it.
};

/// The rows of its tables with ten columns. Fails: HarnessError with the line that is no row.
std::vector<Lie> read_lies(const std::filesystem::path& file);

}  // namespace exo_harness::tools
