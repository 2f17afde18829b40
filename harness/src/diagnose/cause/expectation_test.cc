#include "exo_harness/diagnose/cause/expectation.h"

#include <gtest/gtest.h>

namespace exo_harness::diagnose {
namespace {

using Kind = Judgement::Kind;

struct Row {
  const char* name;
  Expectation expectation;
  bool worked;
  Verdict verdict;
  std::optional<Phase> phase;
  const char* signature;
  bool control_answered;
  Kind expected;
  Verdict test_verdict;
};

const Expectation kShard{{Phase::load}, "load-cannot-shard", "29 groups cannot be split", "libp2p", "2027-01-01"};
const Expectation kHang{{Phase::warm_up}, "hang", "known dead-lock", "", ""};
const Expectation kOld{{Phase::load}, "load-cannot-shard", "", "v1.0.71", ""};
const Expectation kExpired{{Phase::load}, "load-cannot-shard", "", "", "2026-01-01"};
const Expectation kPerVersion{{Phase::warm_up, Phase::load}, "cannot be sharded", "", "", ""};
const Expectation kByText{{}, "cannot be sharded", "", "", ""};

const Row kRows[] = {
    {"as expected", kShard, false, Verdict::failed, Phase::load, "load-cannot-shard", true, Kind::failed_as_expected,
     Verdict::expected_failure},
    {"by a text", kByText, false, Verdict::failed, Phase::load, "", true, Kind::failed_as_expected,
     Verdict::expected_failure},
    {"one of its phases", kPerVersion, false, Verdict::failed, Phase::load, "", true, Kind::failed_as_expected,
     Verdict::expected_failure},
    {"none of its phases", kPerVersion, false, Verdict::failed, Phase::connect, "", true, Kind::failed_otherwise,
     Verdict::failed},
    {"another phase", kShard, false, Verdict::failed, Phase::connect, "load-cannot-shard", true, Kind::failed_otherwise,
     Verdict::failed},
    {"another reason", kShard, false, Verdict::failed, Phase::load, "runner-sigkill", true, Kind::failed_otherwise,
     Verdict::failed},
    {"hung", kShard, false, Verdict::hang, Phase::load, "", true, Kind::hung, Verdict::hang},
    {"works", kShard, true, Verdict::passed, std::nullopt, "", true, Kind::unexpected_pass, Verdict::unexpected_pass},
    {"hang expected", kHang, false, Verdict::hang, Phase::warm_up, "", true, Kind::failed_as_expected,
     Verdict::expected_failure},
    {"hang expected, crash seen", kHang, false, Verdict::crash, Phase::warm_up, "runner-sigsegv", true,
     Kind::failed_otherwise, Verdict::failed},
    {"expired", kExpired, false, Verdict::failed, Phase::load, "load-cannot-shard", true, Kind::expired,
     Verdict::failed},
    {"works after expiry", kExpired, true, Verdict::passed, std::nullopt, "", true, Kind::unexpected_pass,
     Verdict::unexpected_pass},
    {"other version", kOld, false, Verdict::failed, Phase::load, "load-cannot-shard", true, Kind::not_for_this,
     Verdict::failed},
    {"cluster broken afterwards", kShard, false, Verdict::failed, Phase::load, "load-cannot-shard", false,
     Kind::cluster_unusable, Verdict::failed},
};

TEST(Judge, ComparesWhatWasExpectedWithWhatWasSeen) {
  for (const Row& row : kRows) {
    Observed observed;
    observed.worked = row.worked;
    observed.diagnosis.verdict = row.verdict;
    observed.diagnosis.phase = row.phase;
    observed.diagnosis.signature = row.signature;
    observed.texts = "ValueError: The input of size 29 cannot be sharded across 2 devices.";
    observed.generation = "main";
    observed.today = "2026-11-25";
    observed.control_answered = row.control_answered;
    const Judgement judgement = judge(row.expectation, observed);
    EXPECT_EQ(to_string(judgement.kind), to_string(row.expected)) << row.name << ": " << judgement.why;
    EXPECT_EQ(judgement.verdict(), row.test_verdict) << row.name;
    EXPECT_FALSE(judgement.why.empty()) << row.name;
  }
}

}  // namespace
}  // namespace exo_harness::diagnose
