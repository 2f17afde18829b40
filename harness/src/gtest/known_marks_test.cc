#include "known_marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

namespace exo_harness::gtest {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;

exo::State downloaded(const std::string& repo, const std::filesystem::path& folder) {
  exo::Download download;
  download.model_id = repo;
  download.status = exo::Download::Status::completed;
  download.directory = folder.string();
  exo::State state;
  state.downloads = {download};
  return state;
}

TEST(KnownMarks, AreThoseOfEveryModelAndThoseOfItsOwnFiles) {
  const TemporaryFolder folder;
  write_file(folder.path() / "chat_template.jinja", "<|turn|>{{ text }}");
  model::FixtureModel model;
  model.repo = "org/name";

  EXPECT_THAT(known_marks(model, downloaded("org/name", folder.path())),
              AllOf(Contains("</think>"), Contains("<|turn|>")));
  EXPECT_THAT(known_marks(model, downloaded("org/other", folder.path())),
              AllOf(Contains("</think>"), Not(Contains("<|turn|>"))));
}

TEST(KnownMarks, OfRandomWeightsAreNone) {
  model::FixtureModel model;
  model.makes_sense = false;

  EXPECT_THAT(known_marks(model, exo::State()), IsEmpty());
}

}  // namespace
}  // namespace exo_harness::gtest
