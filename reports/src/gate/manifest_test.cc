#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_reports/gate.h"

#include "is_reason_test.h"
#include "made_run_test.h"
#include "parts.h"

namespace exo_reports {
namespace {

namespace journal = exo_harness::journal;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

// Every key of the manifest that must be equal, changed one by one.
struct Change {
  const char* key;
  std::function<void(MadeRun&)> make;
};

class ManifestKey : public testing::TestWithParam<Change> {};

TEST_P(ManifestKey, IsRefusedUnlessDeclaredOrAllowed) {
  MadeRun changed = made_run("b");
  GetParam().make(changed);
  const auto with = [&](GateOptions options) {
    MadeRun before = made_run("a"), now = changed;
    for (int block = 0; block < 12; ++block) {
      before.block(100 + block % 3);
      now.block(100 + block % 3);
    }
    options.performance_expected = true;
    return compare(before, now, options);
  };

  const GateResult refused = with({});
  EXPECT_EQ(refused.verdict, GateVerdict::incomparable) << refused.sentence;
  EXPECT_THAT(refused.reasons, Contains(AllOf(is_reason(GateVerdict::incomparable, "manifest.differs"),
                                              Field(&GateReason::subject, GetParam().key))));

  GateOptions declared;
  declared.vary = {GetParam().key};
  EXPECT_EQ(with(declared).verdict, GateVerdict::pass) << with(declared).sentence;

  GateOptions allowed;
  allowed.allow_diff = {{GetParam().key, "a DIMM was swapped"}};
  EXPECT_EQ(with(allowed).verdict, GateVerdict::inconclusive) << with(allowed).sentence;
  EXPECT_THAT(with(allowed).reasons, Contains(is_reason(GateVerdict::pass, "manifest.allowed", "a DIMM was swapped")));
}

journal::NodeSeen& first_node(MadeRun& run) {
  return std::get<journal::NodeSeen>(run.bodies.at(0));
}

INSTANTIATE_TEST_SUITE_P(
    Gate, ManifestKey,
    testing::Values(Change{"nodes.chips", [](MadeRun& run) { first_node(run).chip = "Apple M4 Max"; }},
                    Change{"nodes.memory", [](MadeRun& run) { first_node(run).ram_total /= 2; }},
                    Change{"nodes.os", [](MadeRun& run) { first_node(run).os = "macOS 26.3"; }},
                    Change{"nodes.names", [](MadeRun& run) { first_node(run).name = "other"; }},
                    Change{"topology.kinds",
                           [](MadeRun& run) {
                             run.add(journal::EdgeSeen{"n1", "n2", "rdma", ""});
                           }},
                    Change{"harness.version", [](MadeRun& run) { run.start.version = "0.2.0"; }},
                    Change{"settings.suites", [](MadeRun& run) { run.start.settings["suites"] = "s,t"; }},
                    Change{"settings.models", [](MadeRun& run) { run.start.settings["models"] = "tiny-qwen"; }},
                    Change{"settings.placements", [](MadeRun& run) { run.start.settings["placements"] = "single"; }},
                    Change{"settings.repeat", [](MadeRun& run) { run.start.settings["repeat"] = "3"; }},
                    Change{"model.tiny-llama.sha256",
                           [](MadeRun& run) {
                             run.add(journal::Fact{"model.tiny-llama.sha256", "beef"});
                           }}),
    [](const auto& info) {
      std::string name = info.param.key;
      std::replace_if(
          name.begin(), name.end(), [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
      return name;
    });

TEST(Manifest, TheNumberOfNodesIsRefused) {
  EXPECT_THAT(compare(made_run("a"), made_run("b").node("n3")).reasons,
              Contains(AllOf(is_reason(GateVerdict::incomparable, "manifest.differs", "'2'"),
                             Field(&GateReason::subject, "nodes.count"))));
}

TEST(Manifest, WhatIsUnderTestMayDiffer) {
  MadeRun b = made_run("b").add(journal::Fact{"exo.version", "1.0.72"}).add(journal::Fact{"mlx.version", "0.32"});
  const GateResult result = compare(made_run("a").add(journal::Fact{"exo.version", "1.0.71"}), b);
  EXPECT_EQ(result.verdict, GateVerdict::pass);
  EXPECT_THAT(result.differences, Contains(Field(&ManifestDifference::key, "exo.version")));
  EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::pass, "manifest.several_changes")));
}

TEST(Manifest, WhatWasNotRecordedIsSaid) {
  EXPECT_THAT(compare(made_run("a"), made_run("b")).not_tested,
              AllOf(Contains(HasSubstr("no run recorded a hash")), Contains(HasSubstr("which Exo ran"))));
  const journal::Fact hash{"model.tiny-llama.sha256", "beef"}, exo{"exo.version", "1"}, mlx{"mlx.version", "1"};
  EXPECT_THAT(compare(made_run("a").add(hash).add(exo).add(mlx), made_run("b").add(hash).add(exo).add(mlx)).not_tested,
              Not(Contains(HasSubstr("recorded"))));
}

TEST(Manifest, RunsOfOneSideAreOfOneBuild) {
  GateSide a{{made_run("a").run(), made_run("a2").add(journal::Fact{"exo.version", "other"}).run()}};
  const GateResult result = gate(a, {{made_run("b").run()}}, without_performance());
  EXPECT_THAT(result.reasons, Contains(is_reason(GateVerdict::incomparable, "manifest.mixed", "other")));
}

}  // namespace
}  // namespace exo_reports
