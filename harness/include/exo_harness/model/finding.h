#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/exo/mode.h"

namespace exo_harness::model {

/// Something that Exo is known to do wrong. A test that meets it is an expected failure, until the entry expires or Exo
/// is mended: then it turns red until the entry is removed. Format: fixtures/README.md.
struct Finding {
  std::string id;        ///< `stop-string-leaks`.
  std::string title;     ///< One line: what Exo does.
  std::string versions;  ///< Generations that show it, commas between.
  std::string evidence;  ///< What was seen, on what.
  std::string source;    ///< Where in Exo; may be empty.
  std::string expires;   ///< `YYYY-MM-DD`: from that day on it no longer excuses anything.

  /// Whether it holds for that generation on that day (`YYYY-MM-DD`).
  bool holds(exo::Generation generation, std::string_view today) const;
};

/// The entries of `findings.toml`. Fails: HarnessError with file, line and what was expected.
std::vector<Finding> load_findings(const std::filesystem::path& file);

}  // namespace exo_harness::model
