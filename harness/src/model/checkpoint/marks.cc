#include "exo_harness/model/checkpoint/marks.h"

#include <algorithm>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr std::uintmax_t kMostBytes = 64u << 20;
constexpr std::size_t kShortest = 3, kLongest = 60;

/// Added tokens of a tokenizer: their text, and whether they are special.
struct AddedToken {
  std::string text;
  bool special = false;
};

std::string text_of(const fs::path& file) {
  std::error_code error;
  const auto bytes = fs::is_regular_file(file, error) ? fs::file_size(file, error) : 0;
  return error || bytes > kMostBytes ? "" : read_file(file);
}

json json_of(const fs::path& file) {
  const std::string text = text_of(file);
  return text.empty() ? json() : json::parse(text, nullptr, false);
}

/// A list of tokens, or a map from their ids.
void take_added(const json& tokens, std::vector<AddedToken>& all) {
  for (const json& token : tokens) {
    if (!token.is_object() || !token.contains("content") || !token["content"].is_string()) continue;
    all.push_back({token["content"], token.contains("special") && token["special"] == true});
  }
}

std::vector<AddedToken> added_tokens(const json& tokenizer, const json& config) {
  std::vector<AddedToken> all;
  if (tokenizer.is_object() && tokenizer.contains("added_tokens")) take_added(tokenizer["added_tokens"], all);
  if (config.is_object() && config.contains("added_tokens_decoder")) take_added(config["added_tokens_decoder"], all);
  return all;
}

/// Of several named templates all.
std::string chat_template(const fs::path& folder, const json& config) {
  std::string text = text_of(folder / "chat_template.jinja");
  if (!config.is_object() || !config.contains("chat_template")) return text;
  const json& said = config["chat_template"];
  if (said.is_string()) text += said.get<std::string>();
  if (!said.is_array()) return text;
  for (const json& one : said)
    if (one.is_object() && one.contains("template") && one["template"].is_string())
      text += one["template"].get<std::string>();
  return text;
}

bool is_mark(std::string_view text) {
  return text.size() >= kShortest && text.size() <= kLongest && text.find_first_of("<[{") == 0 &&
         text.find_first_of(" \n") == text.npos;
}

/// `<|…|>`, also where the tokenizer has it in pieces.
void take_written(std::string_view text, std::set<std::string>& marks) {
  for (std::size_t at = text.find("<|"); at != text.npos; at = text.find("<|", at + 1)) {
    const std::size_t end = text.find("|>", at + 2);
    if (end == text.npos) return;
    const std::string_view word = text.substr(at, end + 2 - at);
    const bool has_other = word.substr(2).find_first_of("<'\"+~ ") != word.npos;
    if (is_mark(word) && !has_other) marks.insert(std::string(word));
  }
}

}  // namespace

std::vector<std::string> template_marks(const fs::path& folder) {
  const json config = json_of(folder / "tokenizer_config.json");
  const std::string written = chat_template(folder, config);
  std::set<std::string> marks;
  take_written(written, marks);
  for (const AddedToken& token : added_tokens(json_of(folder / "tokenizer.json"), config)) {
    if (is_mark(token.text) && (token.special || contains(written, token.text))) marks.insert(token.text);
  }
  std::vector<std::string> all(marks.begin(), marks.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return all;
}

}  // namespace exo_harness::model
