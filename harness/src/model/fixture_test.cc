#include "exo_harness/model/fixture.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

namespace exo_harness::model {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string error_of(std::string_view toml) {
  const TemporaryFolder folder;
  write_file(folder.path() / "x.toml", toml);
  try {
    load_fixture_model(folder.path() / "x.toml");
  } catch (const HarnessError& error) {
    return error.what();
  }
  return "no error";
}

TEST(FixtureFile, IsReadWithItsExpectations) {
  const TemporaryFolder folder;
  write_file(folder.path() / "small.toml",
             "repo = 'org/small'\nlayers = 2\nkv_heads = 2\n[expect.tensor-4]\noutcome = 'fails'\nphase = 'place'\n"
             "signature = 'No tensor sharding'\n");

  const FixtureModel model = load_fixture_model(folder.path() / "small.toml");

  EXPECT_EQ(model.id, "small");
  EXPECT_EQ(model.repo, "org/small");
  EXPECT_EQ(model.kv_heads, 2);
  EXPECT_TRUE(model.makes_sense);
  EXPECT_EQ(model.placements.at("tensor-4").signature, "No tensor sharding");
  EXPECT_EQ(model.placements.at("tensor-4").kind, Expectation::Kind::fails);
}

TEST(FixtureFile, SaysFileLineKeyAndWhatWasExpected) {
  EXPECT_THAT(error_of("repo = 'org/x'\nlayers = 'two'\n"),
              HasSubstr("x.toml:2: layers: expected an integer of 0 or more, found a string"));
  EXPECT_THAT(error_of("layers = 2\n"), HasSubstr("repo: expected a string that is not empty, found nothing"));
  EXPECT_THAT(error_of("repo = 'org/x'\nlayer = 2\n"), HasSubstr("x.toml:2: layer: no such key; nearest: layers"));
  EXPECT_THAT(error_of("repo = 'org/x'\nrepo = 'org/y'\n"), HasSubstr("x.toml:2: not TOML"));
  EXPECT_THAT(error_of("repo = 'org/x'\n[expect.single]\noutcome = 'maybe'\n"),
              HasSubstr("x.toml:3: expect.single.outcome: expected `works`, `fails` or `unknown`"));
  EXPECT_THAT(error_of("repo = 'org/x'\n[expect.single]\noutcome = 'fails'\nphase = 'load'\n"),
              HasSubstr("expect.single.signature"));
  EXPECT_THAT(error_of("repo = 'org/x'\nlayers = 3\npattern = 'M*'\n"), HasSubstr("pattern: expected as many letters"));
}

std::string error_of_expectation(const std::string& mode, const std::string& lines) {
  return error_of("repo = 'org/x'\n[expect." + mode + "]\noutcome = 'fails'\nreason = 'why'\n" + lines);
}

TEST(FixtureFile, TakesOnlyWordsThatAreKnown) {
  EXPECT_THAT(
      error_of_expectation("singel", "phase = 'load'\n"),
      HasSubstr("x.toml:2: expect.singel: expected the short name of a mode (`single`, `pipeline-2`, `tensor-2`, "
                "`tensor-jaccl-2`), found `singel`; did you mean single"));
  EXPECT_THAT(error_of_expectation("single", "phase = 'lod'\n"),
              AllOf(HasSubstr("x.toml:5: expect.single.phase: expected phases ("),
                    HasSubstr("found `lod`; did you mean load")));
  EXPECT_THAT(error_of_expectation("single", "phase = 'load, warmup'\n"),
              HasSubstr("found `warmup`; did you mean warm-up"));
  for (const char* day : {"soon", "2026-13-01", "2026-1-01", "2026-00-10", "2026-01-32", "2026-01-01x", "-026-01-01"}) {
    EXPECT_THAT(error_of_expectation("single", format("phase = 'load'\nexpires = '{}'\n", day)),
                HasSubstr("x.toml:6: expect.single.expires: expected a day, YYYY-MM-DD, found `"))
        << day;
  }
  EXPECT_THAT(error_of_expectation("single", "phase = 'load'\nversions = 'v1.0.71, v9'\n"),
              HasSubstr("expect.single.versions: expected generations of Exo (v1.0.71, main), found `v9`"));
  EXPECT_EQ(error_of_expectation("tensor-jaccl-4",
                                 "phase = 'load, warm-up'\nversions = 'v1.0.71, main'\n"
                                 "expires = '2027-01-31'\n"),
            "no error");
}

TEST(FixtureFolder, RefusesNamesOfOtherFilesThatAreNotThere) {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "models");
  std::filesystem::create_directories(folder.path() / "prompts");
  write_file(folder.path() / "prompts/p.toml", "[[prompt]]\nid = 'hello'\nmessages = [{content = 'Hi'}]\n");
  write_file(folder.path() / "models/a.toml", "repo = 'org/a'\nfallback = 'bb'\n");
  write_file(folder.path() / "models/b.toml", "repo = 'org/b'\nfallback = 'a'\nprompts = ['hello']\n");
  write_file(folder.path() / "models/c.toml", "repo = 'org/c'\n\nprompts = ['hello', 'helo']\n");

  const auto models = load_fixture_models(folder.path() / "models");

  ASSERT_EQ(models.size(), 3u);
  EXPECT_THAT(models[0].unreadable, HasSubstr("a.toml:2: fallback: expected the id of another model, found `bb`"));
  EXPECT_THAT(models[1].unreadable, IsEmpty());
  EXPECT_THAT(models[2].unreadable,
              HasSubstr("c.toml:3: prompts: expected ids of prompts, found `helo`; did you mean hello?"));
}

TEST(FixtureFolder, KeepsTheOtherFilesWhenOneIsUnreadable) {
  const TemporaryFolder folder;
  write_file(folder.path() / "a.toml", "repo = 'org/a'\n");
  write_file(folder.path() / "b.toml", "repo = \n");
  write_file(folder.path() / "notes.md", "not a fixture");

  const auto models = load_fixture_models(folder.path());

  ASSERT_EQ(models.size(), 2u);
  EXPECT_THAT(models[0].unreadable, IsEmpty());
  EXPECT_THAT(models[1].unreadable, HasSubstr("b.toml:1"));
  EXPECT_EQ(models[1].id, "b");
}

TEST(FixtureFolder, ThatIsMissingIsAnError) {
  EXPECT_THROW(load_fixture_models("/nowhere/at/all"), HarnessError);
  EXPECT_THROW(load_prompts("/nowhere/at/all"), HarnessError);
}

TEST(FindFixtureModel, TakesIdRepoOrAliasAndOffersTheNearest) {
  FixtureModel model;
  model.id = "llama-3.2-1b";
  model.repo = "mlx-community/Llama";
  model.aliases = {"small"};
  const std::vector<FixtureModel> models{model};

  EXPECT_EQ(find_fixture_model(models, "llama-3.2-1b").id, "llama-3.2-1b");
  EXPECT_EQ(find_fixture_model(models, "mlx-community/Llama").id, "llama-3.2-1b");
  EXPECT_EQ(find_fixture_model(models, "small").id, "llama-3.2-1b");
  try {
    find_fixture_model(models, "llama-3.2-1");
    FAIL() << "no error";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.advice(), HasSubstr("llama-3.2-1b"));
  }
}

TEST(PromptFile, IsReadInOrderOfIds) {
  const TemporaryFolder folder;
  write_file(folder.path() / "p.toml",
             "[[prompt]]\nid = 'b'\nmessages = [{content = 'Hi'}]\n"
             "[[prompt]]\nid = 'a'\nmessages = [{role = 'system', content = 'Be short'}]\nstop = ['5']\n"
             "at_most_words = 3\n");
  write_file(folder.path() / "._p.toml", "what macOS lays beside a file on exFAT, and no TOML");

  const auto prompts = load_prompts(folder.path());

  ASSERT_EQ(prompts.size(), 2u);
  EXPECT_EQ(prompts[0].id, "a");
  EXPECT_THAT(prompts[0].stop, ElementsAre("5"));
  EXPECT_EQ(prompts[0].at_most_words, 3);
  EXPECT_EQ(prompts[1].at_most_words, 20);
  EXPECT_THAT(prompts[1].messages, ElementsAre(std::pair<std::string, std::string>("user", "Hi")));
}

TEST(PromptFile, RefusesAnIdThatIsThereTwice) {
  const TemporaryFolder folder;
  const char* prompt = "[[prompt]]\nid = 'a'\nmessages = [{content = 'Hi'}]\n";
  write_file(folder.path() / "p.toml", std::string(prompt) + prompt);

  EXPECT_THROW(load_prompts(folder.path()), HarnessError);
}

TEST(FixturesFolder, FollowsTheEnvironmentAndSaysWhenItIsWrong) {
  const TemporaryFolder folder;
  setenv("EXO_HARNESS_FIXTURES", folder.path().c_str(), 1);
  EXPECT_EQ(fixtures_folder(), folder.path());
  setenv("EXO_HARNESS_FIXTURES", "/nowhere/at/all", 1);
  EXPECT_THROW(fixtures_folder(), UsageError);
  unsetenv("EXO_HARNESS_FIXTURES");
  EXPECT_EQ(fixtures_folder(), fs::path(EXO_FIXTURES_DIR));
}

TEST(TheProjectsFixtures, AreAllReadableAndTheirFallbacksExist) {
  const auto models = load_fixture_models(fs::path(EXO_FIXTURES_DIR) / "models");

  ASSERT_GE(models.size(), 15u);
  for (const FixtureModel& model : models) {
    EXPECT_THAT(model.unreadable, IsEmpty());
    if (!model.fallback.empty()) {
      EXPECT_NO_THROW(find_fixture_model(models, model.fallback)) << model.id;
    }
  }
}

TEST(TheProjectsFixtures, HoldPromptsThatExpectSense) {
  const auto prompts = load_prompts(fs::path(EXO_FIXTURES_DIR) / "prompts");

  EXPECT_THAT(prompts, Contains(testing::Field(&Prompt::id, "two-plus-two")));
}

}  // namespace
}  // namespace exo_harness::model
