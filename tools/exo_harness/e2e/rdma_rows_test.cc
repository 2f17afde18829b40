// Each failure of a cluster that is to run tensor parallelism over JACCL gets its verdict, exit code, step, phase and
// signature or check from `exo-harness rdma`.
#include <algorithm>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "rdma_bench.h"

namespace exo_harness::tools {

void PrintTo(const RdmaCluster& cluster, std::ostream* os) {
  *os << cluster.name;
}

namespace {

using testing::HasSubstr;

constexpr std::size_t kScreenLines = 24, kScreenColumns = 80;

// The last line is the path of the report, as long as that is.
void expect_one_screen(const std::string& output) {
  const auto all = lines(output);
  EXPECT_LE(all.size(), kScreenLines) << output;
  for (const auto line : all) {
    if (!line.starts_with("report: ")) {
      EXPECT_LE(line.size(), kScreenColumns) << line;
    }
  }
}

void expect_reported(const RdmaRow& row, const SeenRdma& seen) {
  SCOPED_TRACE(format("{} ({})\n{}", row.name, row.ref, seen.output));
  EXPECT_EQ(seen.exit_code, row.exit_code);
  EXPECT_EQ(seen.verdict, row.verdict);
  EXPECT_EQ(seen.step, row.step);
  EXPECT_EQ(row.phase == "*" ? row.phase : seen.phase, row.phase);
  EXPECT_EQ(row.signature == "*" ? row.signature : seen.signature, row.signature);
  EXPECT_THAT(seen.output, HasSubstr(row.says));
  expect_one_screen(seen.output);
}

class RdmaRows : public testing::TestWithParam<RdmaCluster> {};

TEST_P(RdmaRows, AreReportedWithVerdictPhaseAndCause) {
  RdmaBench bench(GetParam());
  for (const RdmaRow& row : GetParam().rows) {
    const SeenRdma seen = bench.run(row);
    std::printf("%-22s %-14s %-12s %d %-16s %-12s %-32s %.1f s\n", row.name.c_str(), row.ref.c_str(),
                seen.verdict.c_str(), seen.exit_code, seen.step.c_str(), seen.phase.c_str(), seen.signature.c_str(),
                seen.seconds);
    expect_reported(row, seen);
  }
}

INSTANTIATE_TEST_SUITE_P(Clusters, RdmaRows, testing::ValuesIn(rdma_clusters()),
                         [](const auto& info) { return info.param.name; });

TEST(RdmaRowsOfAll, AreAtLeastThirty) {
  std::size_t count = 0;
  for (const RdmaCluster& cluster : rdma_clusters()) {
    count += static_cast<std::size_t>(
        std::count_if(cluster.rows.begin(), cluster.rows.end(), [](const RdmaRow& row) { return row.exit_code != 0; }));
  }
  EXPECT_GE(count, 30u);
}

}  // namespace
}  // namespace exo_harness::tools
