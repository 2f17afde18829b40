#include <algorithm>

#include "exo_harness/core/format.h"
#include "exo_harness/model/fixture.h"

#include "toml/toml_table.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

std::pair<std::string, std::string> read_message(TomlTable table) {
  std::pair<std::string, std::string> message{table.text("role", "user"), table.required_text("content")};
  table.expect_no_other_keys();
  return message;
}

Prompt read_prompt(TomlTable table) {
  Prompt prompt;
  prompt.id = table.required_text("id");
  for (TomlTable& message : table.table_array("messages")) prompt.messages.push_back(read_message(message));
  if (prompt.messages.empty()) table.fail("messages", "at least one message");
  prompt.max_tokens = table.small_number("max_tokens", prompt.max_tokens);
  prompt.expect_any = table.texts("expect_any");
  prompt.at_most_words = table.small_number("at_most_words", prompt.at_most_words);
  prompt.stop = table.texts("stop");
  table.text("answer", "");  // what the fake cluster says; nobody else may know it
  table.expect_no_other_keys();
  return prompt;
}

void read_prompt_file(const fs::path& file, std::vector<Prompt>& prompts) {
  const toml::table parsed = parse_toml_file(file);
  TomlTable table(parsed, file);
  for (TomlTable& each : table.table_array("prompt")) {
    Prompt prompt = read_prompt(each);
    const bool known = std::any_of(prompts.begin(), prompts.end(), [&](const Prompt& p) { return p.id == prompt.id; });
    if (known) each.fail("id", format("an id of its own; `{}` is there twice,", prompt.id));
    prompts.push_back(std::move(prompt));
  }
  table.expect_no_other_keys();
}

}  // namespace

std::vector<Prompt> load_prompts(const fs::path& folder) {
  std::vector<Prompt> prompts;
  for (const fs::path& file : toml_files(folder)) read_prompt_file(file, prompts);
  std::sort(prompts.begin(), prompts.end(), [](const Prompt& a, const Prompt& b) { return a.id < b.id; });
  return prompts;
}

}  // namespace exo_harness::model
