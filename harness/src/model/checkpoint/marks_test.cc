#include "exo_harness/model/checkpoint/marks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"

namespace exo_harness::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(TemplateMarks, AreTheSpecialTokensAndWhatTheTemplateWrites) {
  const TemporaryFolder folder;
  write_file(folder.path() / "tokenizer.json", R"({"added_tokens": [
      {"id": 0, "content": "<|im_end|>", "special": true}, {"id": 1, "content": "<think>", "special": false},
      {"id": 2, "content": "<table>", "special": false}, {"id": 3, "content": "  ", "special": true}]})");
  write_file(folder.path() / "tokenizer_config.json",
             R"({"chat_template": "<|im_start|>{{ m }}{% if think %}<think>{% endif %}<|im_end|>",
      "added_tokens_decoder": {"4": {"content": "[INST]", "special": true}}})");

  EXPECT_THAT(template_marks(folder.path()), UnorderedElementsAre("<|im_start|>", "<|im_end|>", "<think>", "[INST]"));
}

TEST(TemplateMarks, ComeFromATemplateOfItsOwn) {
  const TemporaryFolder folder;
  write_file(folder.path() / "chat_template.jinja", "{{ '<|' + role + '|>' }}<|turn|>");

  EXPECT_THAT(template_marks(folder.path()), ElementsAre("<|turn|>"));
}

TEST(TemplateMarks, OfAFolderThatSaysNothingAreNone) {
  const TemporaryFolder folder;
  write_file(folder.path() / "tokenizer.json", "{\"added_tokens\": [");
  write_file(folder.path() / "tokenizer_config.json", "[1, 2]");

  EXPECT_THAT(template_marks(folder.path()), IsEmpty());
  EXPECT_THAT(template_marks(folder.path() / "absent"), IsEmpty());
}

}  // namespace
}  // namespace exo_harness::model
