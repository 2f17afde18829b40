#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace exo_harness::gtest {

/// Expects `holds`, unless `fixtures/findings.toml` has an entry `finding_id` for the generation of the attached
/// cluster: then the test is an expected failure when it does not hold, and an unexpected pass when it does. `seen`:
/// what was seen and what was expected, for the failure and the report.
///   expect_unless_known("stop-string-leaks", answer == wanted, "got …, wanted …");
void expect_unless_known(std::string_view finding_id, bool holds, const std::string& seen);

/// For a test that would take the cluster from those after it: why it is not tried, when `fixtures/findings.toml` has
/// an entry `finding_id` for the generation of the attached cluster; nothing when it may be tried.
///   if (const auto why = why_not_tried("…")) GTEST_SKIP() << *why;
std::optional<std::string> why_not_tried(std::string_view finding_id);

}  // namespace exo_harness::gtest
