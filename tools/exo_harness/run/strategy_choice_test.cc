#include "run/strategy_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"

namespace exo_harness::tools {
namespace {

using testing::HasSubstr;

std::optional<StrategyChoice> choose(std::vector<std::string> models, std::optional<std::string> fallback,
                                     const std::string& shard = "") {
  RunOptions options;
  options.fallback = std::move(fallback);
  options.shard = shard;
  cluster::ClusterSpec spec;
  spec.models = std::move(models);
  return choose_strategy(options, spec);
}

std::string refusal(std::vector<std::string> models, const std::string& fallback, const std::string& shard = "") {
  try {
    choose(std::move(models), fallback, shard);
  } catch (const UsageError& error) {
    return std::string(error.what()) + " / " + error.advice();
  }
  return "";
}

TEST(TheStrategy, IsOnlyForThoseWhoAskForIt) {
  EXPECT_FALSE(choose({"tiny-llama"}, std::nullopt));
}

TEST(TheFallback, IsTheOneNamedOrElseThatOfTheFixture) {
  EXPECT_EQ(choose({"nemotron-3-nano"}, "tiny-llama")->fallback.id, "tiny-llama");
  EXPECT_EQ(choose({"nemotron-3-nano"}, "")->fallback.id, "llama-3.2-1b");
  EXPECT_EQ(choose({"nemotron-3-nano"}, "mlx-community/Llama-3.2-1B-Instruct-4bit")->fallback.id, "llama-3.2-1b");
}

TEST(TheFallback, ThatCannotBeIsAnErrorOfUse) {
  EXPECT_THAT(refusal({"tiny-llama"}, ""), HasSubstr("names no fallback"));
  EXPECT_THAT(refusal({"nemotron-3-nano"}, "tiny-lama"), HasSubstr("did you mean tiny-llama"));
  EXPECT_THAT(refusal({"tiny-llama"}, "exo-harness/tiny-llama"), HasSubstr("that is the model to try"));
  EXPECT_THAT(refusal({}, "tiny-llama"), HasSubstr("needs one model"));
  EXPECT_THAT(refusal({"nemotron-3-nano", "llama-3.2-3b"}, "tiny-llama"), HasSubstr("needs one model"));
  EXPECT_THAT(refusal({"nemotron-3-nano"}, "tiny-llama", "1/2"), HasSubstr("--shard"));
}

}  // namespace
}  // namespace exo_harness::tools
