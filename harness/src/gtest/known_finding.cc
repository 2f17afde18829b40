#include "exo_harness/gtest/known_finding.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/format.h"
#include "exo_harness/gtest/attached_cluster.h"
#include "exo_harness/gtest/result.h"
#include "exo_harness/model/fixture/finding.h"
#include "exo_harness/model/fixture/fixture.h"

#include "session.h"

namespace exo_harness::gtest {
namespace {

/// The entry, when it holds for the attached cluster.
std::optional<model::Finding> known_here(std::string_view finding_id) {
  const auto findings = model::load_findings(model::fixtures_folder() / "findings.toml");
  const auto finding =
      std::find_if(findings.begin(), findings.end(), [&](const model::Finding& f) { return f.id == finding_id; });
  const bool known = finding != findings.end() && finding->holds(attached_cluster().generation(), utc_today());
  return known ? std::optional(*finding) : std::nullopt;
}

}  // namespace

std::optional<std::string> why_not_tried(std::string_view finding_id) {
  const auto finding = known_here(finding_id);
  if (!finding) return std::nullopt;
  return format("not tried, as it would take the cluster from the tests after it: the known finding {}: {}",
                finding->id, finding->title);
}

void expect_unless_known(std::string_view finding_id, bool holds, const std::string& seen) {
  const auto finding = known_here(finding_id);
  if (!finding) {
    EXPECT_TRUE(holds) << seen;
    return;
  }
  if (holds) {
    report_result(Verdict::unexpected_pass,
                  format("the known finding {} no longer shows: remove it from findings.toml", finding->id));
    return;
  }
  session().journal().append(journal::Finding{finding->id, finding->title, finding->versions, seen});
  report_result(Verdict::expected_failure, format("{}: {}", finding->id, finding->title));
}

}  // namespace exo_harness::gtest
