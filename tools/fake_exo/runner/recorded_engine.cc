// Says what a real Exo said, token by token, where the question is recorded.
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "json/json.h"
#include "runner/engine.h"

namespace exo_harness::fake {
namespace {

namespace fs = std::filesystem;

/// A recorded answer.
struct Recorded {
  std::size_t prompt_tokens = 0;
  std::vector<Token> tokens;
};

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

/// What tells one recorded question from another.
std::string question_key(const Prompt& prompt) {
  std::string key = prompt.model + (prompt.thinks ? "\x1fthinks" : "");
  for (const auto& [role, content] : prompt.messages) key += '\x1e' + role + '\x1f' + content;
  for (const std::string& tool : prompt.tools) key += '\x1d' + tool;
  return key;
}

Prompt prompt_of(const Json& asked, bool thinks) {
  Prompt prompt;
  prompt.model = text_at(asked, "model");
  prompt.thinks = thinks;
  for (const Json& message : asked.value("messages", Json::array()))
    prompt.messages.emplace_back(text_at(message, "role"), text_at(message, "content"));
  for (const Json& tool : asked.value("tools", Json::array()))
    prompt.tools.push_back(text_at(tool["function"], "name"));
  return prompt;
}

Token token_of(const Json& row, Part part) {
  Token token;  // Of a part of a character the text is empty; the last part has all of it.
  token.bytes = text_at(row, "token");
  token.logprob = row.value("logprob", 0.0);
  for (const Json& candidate : row.value("top_logprobs", Json::array()))
    token.top.push_back({text_at(candidate, "token"), candidate.value("logprob", 0.0)});
  token.part = part;
  return token;
}

/// As the models' template has it, in so many pieces.
std::vector<Token> call_tokens(const Json& calls, std::size_t count) {
  std::string text;
  for (const Json& call : calls)
    text += format(R"(<tool_call>{{"name": "{}", "arguments": {}}}</tool_call>)", text_at(call["function"], "name"),
                   text_at(call["function"], "arguments"));
  std::vector<Token> tokens;
  for (std::size_t i = 0; i < count; ++i) {
    Token token;
    token.bytes = i + 1 < count ? text.substr(i, 1) : text.substr(std::min(i, text.size()));
    token.part = Part::call;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

Recorded recorded_of(const Json& body) {
  const Json& choice = body["choices"][0];
  const Json calls = choice["message"].value("tool_calls", Json());
  const Json logprobs = choice.value("logprobs", Json());
  const Json& usage = body["usage"];
  const auto thoughts = usage["completion_tokens_details"].value("reasoning_tokens", std::size_t{0});
  Recorded out;
  out.prompt_tokens = usage["prompt_tokens"].get<std::size_t>();
  if (logprobs.is_object())
    for (const Json& row : logprobs["content"])
      out.tokens.push_back(token_of(row, out.tokens.size() < thoughts ? Part::thought : Part::answer));
  if (calls.is_array() && !calls.empty()) {
    const auto count = usage["completion_tokens"].get<std::size_t>();
    out.tokens = call_tokens(calls, count > 0 ? count - 1 : 0);
    return out;
  }
  if (!out.tokens.empty()) out.tokens.pop_back();  // the end, which is no text
  if (thoughts > 0) {
    Token mark;
    mark.bytes = "</think>";
    mark.part = Part::mark;
    out.tokens.insert(out.tokens.begin() + static_cast<std::ptrdiff_t>(thoughts), mark);
  }
  return out;
}

class RecordedSequence : public Sequence {
 public:
  RecordedSequence(std::vector<Token> tokens, int top) : tokens_(std::move(tokens)) {
    for (Token& token : tokens_) token.top.resize(std::min(token.top.size(), static_cast<std::size_t>(top)));
  }
  std::optional<Token> next() override { return at_ < tokens_.size() ? std::optional(tokens_[at_++]) : std::nullopt; }

 private:
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

class RecordedEngine : public Engine {
 public:
  RecordedEngine(std::vector<fs::path> folders, std::unique_ptr<Engine> others)
      : folders_(std::move(folders)), others_(std::move(others)) {}

  std::vector<std::int64_t> tokenize(const Prompt& prompt) const override {
    std::vector<std::int64_t> tokens = others_->tokenize(prompt);
    if (const Recorded* said = find(prompt)) {
      const auto more = static_cast<std::ptrdiff_t>(tokens.size()) - static_cast<std::ptrdiff_t>(said->prompt_tokens);
      if (more > 0) tokens.erase(tokens.begin(), tokens.begin() + more);
      if (more < 0) tokens.insert(tokens.begin(), static_cast<std::size_t>(-more), 1);
    }
    return tokens;
  }
  std::unique_ptr<Sequence> start(const Prompt& prompt) const override {
    const Recorded* said = find(prompt);
    if (!said) return others_->start(prompt);
    return std::make_unique<RecordedSequence>(said->tokens, prompt.top_logprobs);
  }

 private:
  /// Null: it is not recorded, or something is asked for that makes another answer of it.
  const Recorded* find(const Prompt& prompt) const {
    if (prompt.wrong || prompt.ban_end || prompt.temperature > 0 || prompt.penalty != 0 || prompt.thinks_forever)
      return nullptr;
    read(prompt.model);
    const auto found = said_.find(question_key(prompt));
    if (found == said_.end()) return nullptr;
    const std::vector<Token>& tokens = found->second.tokens;
    const bool has_fewer = !tokens.empty() && !tokens.front().top.empty() &&
                           tokens.front().top.size() < static_cast<std::size_t>(std::max(0, prompt.top_logprobs));
    return has_fewer ? nullptr : &found->second;
  }
  /// The recordings of a model, when it is asked for the first time.
  void read(const std::string& model) const {
    if (!read_.insert(model).second) return;
    const std::string name = model.substr(model.rfind('/') + 1) + ".json";
    std::error_code ignored;
    const auto folder = std::find_if(folders_.begin(), folders_.end(),
                                     [&](const fs::path& each) { return fs::is_regular_file(each / name, ignored); });
    if (folder == folders_.end()) return;
    const Json recorded = Json::parse(read_file(*folder / name));
    for (const Json& exchange : recorded["exchanges"]) {
      const Json& asked = exchange["request"]["body"];
      const Json& body = exchange["response"]["body"];
      if (!asked.is_object() || !body.is_object() || !body.contains("choices")) continue;
      said_[question_key(prompt_of(asked, asked.value("enable_thinking", false)))] = recorded_of(body);
    }
  }

  std::vector<fs::path> folders_;
  std::unique_ptr<Engine> others_;
  mutable std::set<std::string> read_;
  mutable std::map<std::string, Recorded> said_;
};

}  // namespace

std::unique_ptr<Engine> make_recorded_engine(std::vector<fs::path> folders, std::unique_ptr<Engine> others) {
  return std::make_unique<RecordedEngine>(std::move(folders), std::move(others));
}

}  // namespace exo_harness::fake
