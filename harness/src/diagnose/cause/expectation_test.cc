#include "exo_harness/diagnose/cause/expectation.h"

#include <gtest/gtest.h>

namespace exo_harness::diagnose {
namespace {

using Kind = Judgement::Kind;

struct Row {
  const char* name;
  Prediction prediction;
  bool worked;
  const char* verdict;
  const char* phase;
  const char* signature;
  bool control_answered;
  Kind expected;
  const char* result;
};

const Prediction kShard{"load", "load-cannot-shard", "29 groups cannot be split", "v1.0.71 main", "2027-01-01"};
const Prediction kHang{"warm-up", "hang", "known dead-lock", "", ""};
const Prediction kOld{"load", "load-cannot-shard", "", "v1.0.71", ""};
const Prediction kExpired{"load", "load-cannot-shard", "", "", "2026-01-01"};
const Prediction kPerVersion{"warm-up, load", "cannot be sharded", "", "", ""};
const Prediction kByText{"", "cannot be sharded", "", "", ""};

const Row kRows[] = {
    {"as foretold", kShard, false, "failed", "load", "load-cannot-shard", true, Kind::failed_as_predicted,
     "expected_failure"},
    {"by a text", kByText, false, "failed", "load", "", true, Kind::failed_as_predicted, "expected_failure"},
    {"one of its phases", kPerVersion, false, "failed", "load", "", true, Kind::failed_as_predicted,
     "expected_failure"},
    {"none of its phases", kPerVersion, false, "failed", "connect", "", true, Kind::failed_otherwise, "failed"},
    {"another phase", kShard, false, "failed", "connect", "load-cannot-shard", true, Kind::failed_otherwise, "failed"},
    {"another reason", kShard, false, "failed", "load", "runner-sigkill", true, Kind::failed_otherwise, "failed"},
    {"hung", kShard, false, "hang", "load", "", true, Kind::hung, "hang"},
    {"works", kShard, true, "passed", "", "", true, Kind::unexpected_pass, "unexpected_pass"},
    {"hang foretold", kHang, false, "hang", "warm-up", "", true, Kind::failed_as_predicted, "expected_failure"},
    {"hang foretold, crash seen", kHang, false, "crash", "warm-up", "runner-sigsegv", true, Kind::failed_otherwise,
     "failed"},
    {"expired", kExpired, false, "failed", "load", "load-cannot-shard", true, Kind::expired, "failed"},
    {"works after expiry", kExpired, true, "passed", "", "", true, Kind::unexpected_pass, "unexpected_pass"},
    {"other version", kOld, false, "failed", "load", "load-cannot-shard", true, Kind::not_for_this, "failed"},
    {"cluster broken afterwards", kShard, false, "failed", "load", "load-cannot-shard", false, Kind::cluster_unusable,
     "failed"},
};

TEST(Judge, ComparesWhatWasForetoldWithWhatWasSeen) {
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
    const Judgement judgement = judge(row.prediction, observed);
    EXPECT_EQ(to_string(judgement.kind), to_string(row.expected)) << row.name << ": " << judgement.why;
    EXPECT_EQ(judgement.result(), row.result) << row.name;
    EXPECT_FALSE(judgement.why.empty()) << row.name;
  }
}

}  // namespace
}  // namespace exo_harness::diagnose
