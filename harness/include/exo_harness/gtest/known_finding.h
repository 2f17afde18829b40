#pragma once

#include <string>
#include <string_view>

namespace exo_harness::gtest {

/// Expects `holds`, unless `fixtures/findings.toml` has an entry `finding_id` for the generation of the attached
/// cluster: then the test is an expected failure when it does not hold, and an unexpected pass when it does. `seen`:
/// what was seen and what was expected, for the failure and the report.
///   expect_unless_known("stop-string-leaks", answer == wanted, "got …, wanted …");
void expect_unless_known(std::string_view finding_id, bool holds, const std::string& seen);

}  // namespace exo_harness::gtest
