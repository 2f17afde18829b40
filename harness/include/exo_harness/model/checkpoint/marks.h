#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace exo_harness::model {

/// What stands between turns, thoughts and tool calls in the prompts of a model, so that no answer may hold it: the
/// special tokens of its tokenizer (tokenizer.json, tokenizer_config.json), and those tokens and `<|words|>` that its
/// chat template writes (tokenizer_config.json, chat_template.jinja). Longest first, each once. A token without a
/// bracket (a word, white space) is no mark. Empty: the folder says nothing. Files that cannot be read count as absent.
std::vector<std::string> template_marks(const std::filesystem::path& folder);

}  // namespace exo_harness::model
