#include <algorithm>
#include <map>

#include <toml++/toml.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/finder_file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "runner/engine.h"
#include "world/ids.h"

namespace exo_harness::fake {
namespace {

/// A token is at most four bytes of a word with the space before it, so that long characters are split over two.
std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    while (end < text.size() && end - i < 4 && text[end] != ' ' && text[end] != '\n') ++end;
    // A character of three or four bytes is always cut in its middle: what the client sees must be held back by the
    // node.
    if (static_cast<unsigned char>(text[i]) >= 0xe0) end = i + 2;
    out.push_back(text.substr(i, std::min(end, text.size()) - i));
    i = std::min(end, text.size());
  }
  return out;
}

std::int64_t id_of(const std::string& piece) {
  return static_cast<std::int64_t>(hash_of(piece) % 128'000);
}

std::string key_of(const std::vector<std::pair<std::string, std::string>>& messages) {
  std::string key;
  for (const auto& [role, content] : messages) key += role + '\x1f' + content + '\x1e';
  return key;
}

constexpr const char* kWords[] = {"river",   "stone", "copper", "window", "seven",  "garden", "quiet", "signal",
                                  "morning", "paper", "engine", "north",  "bridge", "salt",   "lamp",  "forest"};

std::string filler(std::uint64_t hash, std::size_t index) {
  std::uint64_t mixed = (hash + index * 0x9e3779b97f4a7c15ULL);
  mixed ^= mixed >> 29;
  mixed *= 0xbf58476d1ce4e5b9ULL;
  return std::string(" ") + kWords[(mixed >> 40) % 16];
}

constexpr int kManyThoughts = 2000;

/// A stretch of text that is part of one thing.
struct Stretch {
  std::string text;
  Part part = Part::answer;
};

/// A mark is one token; in a call each word is one.
std::vector<std::string> pieces_of(const Stretch& stretch) {
  if (stretch.part == Part::mark) return {stretch.text};
  if (stretch.part != Part::call) return pieces(stretch.text);
  std::vector<std::string> out = {""};
  for (std::size_t i = 0; i < stretch.text.size(); ++i) {
    const bool begins_mark = stretch.text.compare(i, 2, "</") == 0 || stretch.text.compare(i, 2, "<t") == 0;
    if ((stretch.text[i] == ' ' || begins_mark || (i > 0 && stretch.text[i - 1] == '>')) && !out.back().empty())
      out.emplace_back();
    out.back() += stretch.text[i];
  }
  return out;
}

class TableSequence : public Sequence {
 public:
  TableSequence(const Prompt& prompt, const std::vector<Stretch>& said, std::size_t extra)
      : prompt_(prompt), extra_(extra), hash_(hash_of(key_of(prompt.messages))) {
    for (const Stretch& stretch : said) {
      for (const std::string& piece : pieces_of(stretch)) pieces_.push_back({piece, stretch.part});
    }
    if (prompt.temperature > 0) hash_ ^= hash_of(format("{}", prompt.seed));
  }

  std::optional<Token> next() override {
    if (at_ < pieces_.size()) {
      Token out = token(pieces_[at_].text);
      out.part = pieces_[at_ - 1].part;
      return out;
    }
    if (!prompt_.ban_end && at_ >= pieces_.size() + extra_) return std::nullopt;
    if (queue_at_ >= queue_.size()) {
      queue_ = pieces(filler(hash_, fill_++));
      queue_at_ = 0;
    }
    return token(queue_[queue_at_++]);
  }

 private:
  Token token(const std::string& piece) {
    Token out;
    out.bytes = piece;
    out.id = id_of(piece);
    const std::uint64_t mixed = hash_of(format("{}/{}/{}", hash_, at_, piece));
    out.logprob = -static_cast<double>(60 + mixed % 64) / 64 -
                  0.1 * prompt_.penalty;  // so that what follows adds up to less than 1
    for (int i = 0; i < prompt_.top_logprobs; ++i) {
      const std::string other =
          i == 0 ? piece : std::string(" ") + kWords[(mixed + static_cast<std::uint64_t>(i)) % 16];
      out.top.push_back({other, out.logprob - 0.5 * i});
    }
    ++at_;
    return out;
  }

  Prompt prompt_;
  std::vector<Stretch> pieces_;
  std::vector<std::string> queue_;
  std::size_t at_ = 0, queue_at_ = 0, fill_ = 0, extra_;
  std::uint64_t hash_;
};

class TableEngine : public Engine {
 public:
  explicit TableEngine(const std::filesystem::path& folder);

  std::vector<std::int64_t> tokenize(const Prompt& prompt) const override;
  std::unique_ptr<Sequence> start(const Prompt& prompt) const override;

 private:
  void read(const std::filesystem::path& file);
  void add(const toml::table& table);
  std::string answer_to(const Prompt& prompt, std::size_t& extra) const;
  std::vector<Stretch> said_to(const Prompt& prompt, std::size_t& extra) const;

  std::map<std::string, std::string> answers_;       ///< By all messages.
  std::map<std::string, std::string> last_answers_;  ///< By the last message only.
};

TableEngine::TableEngine(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error))
    if (entry.path().extension() == ".toml" && !is_finder_file(entry.path())) files.push_back(entry.path());
  if (error) throw HarnessError("cannot read the prompts in " + folder.string(), "give their folder with --prompts");
  std::sort(files.begin(), files.end());
  for (const auto& file : files) read(file);
}

void TableEngine::read(const std::filesystem::path& file) {
  try {
    const toml::table document = toml::parse_file(file.string());
    if (const toml::array* prompts = document["prompt"].as_array())
      for (const auto& item : *prompts)
        if (const toml::table* table = item.as_table()) add(*table);
  } catch (const toml::parse_error& error) {
    throw HarnessError(format("{}:{}: {}", file.string(), error.source().begin.line, error.description()),
                       "mend the prompt file");
  }
}

void TableEngine::add(const toml::table& table) {
  std::string answer = table["answer"].value_or("");
  if (const toml::array* any = table["expect_any"].as_array(); answer.empty() && any && !any->empty())
    answer = any->front().value_or("");
  const toml::array* messages = table["messages"].as_array();
  if (answer.empty() || !messages) return;
  std::vector<std::pair<std::string, std::string>> said;
  for (const auto& item : *messages)
    if (const toml::table* message = item.as_table())
      said.emplace_back((*message)["role"].value_or("user"), (*message)["content"].value_or(""));
  if (said.empty()) return;
  answers_[key_of(said)] = answer;
  if (said.size() == 1) last_answers_[said.back().second] = answer;
}

/// The word behind `The key is` in a text that asks for it: what a model does that has read the text.
std::string key_in(const std::string& text) {
  static const std::string kBefore = "The key is ";
  const std::size_t at = text.find(kBefore);
  if (at == text.npos) return "I do not know.";
  const std::size_t begin = at + kBefore.size();
  return text.substr(begin, text.find_first_of(". \n", begin) - begin) + ".";
}

std::string TableEngine::answer_to(const Prompt& prompt, std::size_t& extra) const {
  if (const auto found = answers_.find(key_of(prompt.messages)); found != answers_.end()) return found->second;
  const std::string last = prompt.messages.empty() ? "" : prompt.messages.back().second;
  if (const auto found = last_answers_.find(last); found != last_answers_.end()) return found->second;
  if (contains(last, "What is the key?")) return key_in(last);
  if (contains(last, "2+2") || contains(last, "2 + 2")) return "2+2 equals 4.";
  if (last == "JSON?") return R"({"sum": 4})";
  const std::string lower = to_lower(last);
  extra = contains(lower, "long") || contains(lower, "story") ? 100'000 : 20 + hash_of(key_of(prompt.messages)) % 20;
  return "I have read";
}

/// The call of a tool by that name, as the template of many models has it.
std::string call_of(const std::string& name, int days) {
  return format(R"(<tool_call>{{"name": "{}", "arguments": {{"city": "Paris", "days": {}}}}}</tool_call>)", name, days);
}

/// What a model calls that is asked for the weather, or for both things at once. Empty: nothing.
std::string calls_for(const Prompt& prompt) {
  if (prompt.tools.empty() || prompt.messages.empty() || prompt.messages.back().first != "user") return "";
  const std::string asked = to_lower(prompt.messages.back().second);
  if (contains(asked, "both") && prompt.tools.size() > 1)
    return call_of(prompt.tools[0], 1) + call_of(prompt.tools[1], 2);
  return contains(asked, "weather") ? call_of(prompt.tools.front(), 3) : "";
}

std::vector<Stretch> TableEngine::said_to(const Prompt& prompt, std::size_t& extra) const {
  if (prompt.wrong) return {{"purple monkey dishwasher"}};
  if (const std::string calls = calls_for(prompt); !calls.empty()) {
    if (!prompt.weighs_calls) return {{calls, Part::call}};
    return {{"I look it up.", Part::thought}, {"</think>", Part::mark}, {calls, Part::call}};
  }
  const bool told = !prompt.tools.empty() && !prompt.messages.empty() && prompt.messages.back().first == "tool";
  const std::string answer = told ? "The tool says: " + prompt.messages.back().second : answer_to(prompt, extra);
  if (!prompt.thinks) return {{answer}};
  std::string thought = "The user asks for something, so I think of an answer.";
  for (int i = 0; prompt.thinks_forever && i < kManyThoughts; ++i) thought += " I think again.";
  return {{thought, Part::thought}, {"</think>", Part::mark}, {answer}};
}

std::vector<std::int64_t> TableEngine::tokenize(const Prompt& prompt) const {
  std::vector<std::int64_t> out(7, 1);  // what the template puts before the first message
  for (const std::string& tool : prompt.tools) out.push_back(id_of(tool));
  for (const auto& [role, content] : prompt.messages) {
    out.insert(out.end(), 3, id_of(role));
    for (const std::string& piece : pieces(content)) out.push_back(id_of(piece));
  }
  out.insert(out.end(), 8, 2);
  return out;
}

std::unique_ptr<Sequence> TableEngine::start(const Prompt& prompt) const {
  std::size_t extra = 0;
  const std::vector<Stretch> said = said_to(prompt, extra);
  return std::make_unique<TableSequence>(prompt, said, extra);
}

}  // namespace

std::unique_ptr<Engine> make_table_engine(const std::filesystem::path& folder) {
  return std::make_unique<TableEngine>(folder);
}

}  // namespace exo_harness::fake
