// Answers that are not true in the shape of true ones. Each is what a suite has to find out.
#include "runner/lies.h"

#include <algorithm>
#include <random>
#include <utility>

namespace exo_harness::fake {
namespace {

constexpr std::size_t kHeard = 800;  // bytes of a long message, of its end
constexpr std::size_t kTokens = 64;  // after which an answer is cut
constexpr double kDoubt = 0.5;       // nats
constexpr std::size_t kTrue = 60;    // bytes of the text before garbage
constexpr const char* kReplacement = "\xef\xbf\xbd";

bool is_high(char c) {
  return (static_cast<unsigned char>(c) & 0x80) != 0;
}
bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::string in_halves(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (!is_high(c)) out += c;
    if (is_high(c) && begins_character(c)) out += kReplacement;
  }
  return out;
}

void set_all(Json& chunk, double logprob) {
  chunk["logprob"] = logprob;
  for (Json& candidate : chunk["top_logprobs"]) candidate["logprob"] = logprob;
}

/// How many answers are on their way, and what was asked last.
int& answers_alive() {
  static int alive = 0;
  return alive;
}

// Of several requests at once each gets what another one asked for.
void swap_with_neighbour(std::vector<std::pair<std::string, std::string>>& messages) {
  static std::vector<std::pair<std::string, std::string>> asked_last;
  const auto mine = messages;
  if (answers_alive() > 1 && !asked_last.empty()) messages = asked_last;
  asked_last = mine;
}

}  // namespace

const std::vector<std::string>& known_lies() {
  static const std::vector<std::string> kKnown = {
      // Of what was heard.
      "cross-talk", "endless-thought", "head", "history", "one-candidate", "seed", "system", "temperature",
      "thinking-on", "tool-result", "unthought",
      // Of calls.
      "call-arguments", "call-ids", "call-in-stream", "call-name", "call-reason", "call-type",
      // Of the text, and of where it ends.
      "early", "empty", "end-mark", "finish-reason", "garbage", "half-characters", "length", "marks", "number",
      "over-limit", "stop", "thought", "thought-in-stream", "words",
      // Of numbers.
      "cached-count", "cached-doubt", "haste", "logprobs-even", "logprobs-zero", "prompt", "speed", "stats-count",
      "thought-count", "tokens"};
  return kKnown;
}

Lies::Lies(Faults& faults, const std::string& mode, const std::string& model) {
  for (const std::string& what : known_lies())
    if (faults.take("lies", {{"about", what}, {"mode", mode}, {"model", model}})) about_.insert(what);
  ++answers_alive();
}

Lies::~Lies() {
  --answers_alive();
}

Prompt Lies::heard(Prompt prompt) const {
  auto& messages = prompt.messages;
  if (about("system")) std::erase_if(messages, [](const auto& message) { return message.first == "system"; });
  if (about("head") && !messages.empty() && messages.back().second.size() > kHeard)
    messages.back().second.erase(0, messages.back().second.size() - kHeard);
  if (about("temperature")) prompt.temperature = 0;
  if (about("seed")) prompt.seed = std::random_device()();
  if (about("history") && messages.size() > 1) messages.erase(messages.begin(), messages.end() - 1);
  if (about("tool-result") && !messages.empty() && messages.back().first == "tool") messages.pop_back();
  if (about("endless-thought")) prompt.thinks_forever = true;
  if (about("cross-talk")) swap_with_neighbour(messages);
  return prompt;
}

std::size_t Lies::limit(std::size_t limit) const {
  if (about("early")) limit -= limit / 4;
  if (about("over-limit")) ++limit;
  return about("length") ? std::min(limit, kTokens) : limit;
}

Json Lies::calls(Json calls, bool stream) const {
  for (Json& call : calls) {
    if (about("call-name")) call["name"] = "get_rain";
    if (about("call-ids")) call["id"] = "call_0";
    if (about("call-arguments")) call["arguments"] = call["arguments"].get<std::string>().substr(0, 9);
    if (about("call-type")) call["arguments"] = R"({"city":"Paris","days":"3"})";
    if (about("call-in-stream") && stream) call["arguments"] = R"({"city":"Rome","days":3})";
  }
  return calls;
}

void Lies::bend(Json& chunk, bool stream) {
  if (about_.empty()) return;
  if (chunk["logprob"].is_number()) bend_logprobs(chunk);
  if (about("thought") || (about("thought-in-stream") && stream)) chunk["is_thinking"] = false;
  if (about("tokens")) chunk["claimed_token"] = "x";  // the node itself goes by what is true
  std::string text = chunk["text"];
  bend_text(text, stream);
  if (about("end-mark") && chunk["finish_reason"].is_string()) text += "<|im_end|>";
  chunk["text"] = text;
  if (chunk["finish_reason"].is_string()) bend_numbers(chunk);
  if (about("finish-reason") && stream && chunks_ == 1 && chunk["finish_reason"].is_null())
    chunk["claimed_reason"] = "stop";
  ++chunks_;
}

void Lies::bend_text(std::string& text, bool stream) {
  if (about("garbage")) {
    for (std::size_t i = 0; i < text.size(); ++i)
      if (said_ + i >= kTrue) text[i] = '!';
  }
  if (about("words"))
    for (char& c : text)
      if (std::string("aeio").find(c) != std::string::npos) c = 'u';
  if (about("number"))
    if (const std::size_t four = text.find('4'); four != std::string::npos) text.insert(four + 1, "2");
  if (about("half-characters") && stream) text = in_halves(text);
  if (about("marks") && chunks_ == 0) text = "</think>\n\n" + text;
  if (about("empty")) text.clear();
  said_ += text.size();
}

void Lies::bend_logprobs(Json& chunk) const {
  if (about("logprobs-zero")) set_all(chunk, 0);
  if (about("logprobs-even")) set_all(chunk, -0.05);
  if (!about("cached-doubt") || !cached_) return;
  chunk["logprob"] = chunk["logprob"].get<double>() - kDoubt;
  for (Json& candidate : chunk["top_logprobs"]) candidate["logprob"] = candidate["logprob"].get<double>() - kDoubt;
}

void Lies::bend_numbers(Json& chunk) const {
  if (about("length") && chunk["usage"]["completion_tokens"] == kTokens) chunk["finish_reason"] = "stop";
  if (about("speed")) chunk["stats"]["generation_tps"] = -1.0;
  if (about("haste")) chunk["stats"]["generation_tps"] = 1e12;
  if (about("stats-count")) chunk["stats"]["generation_tokens"] = chunk["stats"]["generation_tokens"].get<int>() - 1;
  Json& usage = chunk["usage"];
  if (about("thought-count")) usage["completion_tokens_details"]["reasoning_tokens"] = 0;
  if (about("cached-count") && cached_) {
    for (Json* count : {&usage["completion_tokens"], &usage["total_tokens"], &chunk["stats"]["generation_tokens"]})
      *count = count->get<int>() + 1;
  }
  if (!about("prompt")) return;
  usage["prompt_tokens"] = usage["prompt_tokens"].get<int>() / 2;
  usage["total_tokens"] = usage["prompt_tokens"].get<int>() + usage["completion_tokens"].get<int>();
  usage["prompt_tokens_details"]["cached_tokens"] = 0;
}

}  // namespace exo_harness::fake
