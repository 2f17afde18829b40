#include "runner/decoder.h"

#include <algorithm>

#include "exo_harness/core/text.h"

#include "membership/cluster.h"
#include "runner/chunks.h"
#include "runner/runner.h"
#include "world/events.h"

namespace exo_harness::fake {
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kPrefillStep = 4096;  // tokens

/// How many tokens are read when Exo tells of its progress.
std::vector<std::size_t> prefill_steps(std::size_t total) {
  std::vector<std::size_t> steps;
  for (std::size_t done = 0; done + 1 < total; done += kPrefillStep) steps.push_back(done);
  if (steps.empty()) steps.push_back(0);
  if (total > 1) steps.push_back(total - 1);
  steps.push_back(total);
  return steps;
}

/// Whether a setting of the sampler leaves one candidate, as temperature 0 does.
bool leaves_one_candidate(const Json& params) {
  const auto is = [&](const char* name, double low, double high) {
    return params[name].is_number() && params[name] >= low && params[name] <= high;
  };
  return is("top_k", 1, 1) || is("top_p", 1e-9, 0.001) || is("min_p", 1, 1);
}

Json bytes_of(const std::string& text) {
  Json out = Json::array();
  for (unsigned char c : text) out.push_back(c);
  return out;
}

/// Bytes that begin a character that is not complete yet.
std::size_t incomplete_tail(const std::string& text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, text.size()); ++back) {
    const auto c = static_cast<unsigned char>(text[text.size() - back]);
    if ((c & 0xc0) == 0x80) continue;
    const std::size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

}  // namespace

Decoder::Decoder(Runner& runner, std::string task_id, const Json& task)
    : runner_(runner),
      task_id_(std::move(task_id)),
      command_(task["commandId"]),
      params_(task["taskParams"]),
      lies_(runner.context().faults, runner.mode(), runner.model().id),
      timer_(runner.context().io) {
  prompt_.model = params_["model"];
  if (params_["instructions"].is_string()) prompt_.messages.emplace_back("system", params_["instructions"]);
  for (const Json& message : params_["input"])
    prompt_.messages.emplace_back(message.value("role", "user"), message.value("content", ""));
  prompt_.top_logprobs =
      params_["logprobs"] == true ? (params_["top_logprobs"].is_number() ? params_["top_logprobs"].get<int>() : 0) : 0;
  prompt_.ban_end = params_["bench"] == true;
  prompt_.thinks = runner.model().thinks && !lies_.about("unthought") &&
                   (params_["enable_thinking"] != false || lies_.about("thinking-on"));
  prompt_.weighs_calls = prompt_.thinks && params_["enable_thinking"] == true;
  if (runner.model().calls_tools && params_["tools"].is_array())
    for (const Json& tool : params_["tools"])
      if (tool.contains("function")) prompt_.tools.push_back(tool["function"].value("name", ""));
  Faults& faults = runner.context().faults;
  if (runner.context().options.is_main() || faults.take("mended", {{"what", "penalties"}}))
    for (const char* name : {"presence_penalty", "frequency_penalty"})
      if (params_[name].is_number()) prompt_.penalty += params_[name].get<double>();
  const std::string where = runner.world() > 1 ? "multi" : "single";
  prompt_.wrong = faults.take("wrong-answers", {{"where", where}, {"model", prompt_.model}}) ||
                  faults.take("wrong-answers", {{"where", "all"}, {"model", prompt_.model}});
  if (params_["stop"].is_string()) stops_.push_back(params_["stop"]);
  if (params_["stop"].is_array())
    for (const Json& stop : params_["stop"]) stops_.push_back(stop.get<std::string>());
  limit_ = params_["max_output_tokens"].is_number() ? params_["max_output_tokens"].get<std::size_t>() : 32'768;
  limit_ = lies_.limit(limit_);
  if (params_["temperature"].is_number()) prompt_.temperature = params_["temperature"];
  if (leaves_one_candidate(params_) && !lies_.about("one-candidate")) prompt_.temperature = 0;
  if (params_["seed"].is_number_integer()) prompt_.seed = params_["seed"].get<std::uint64_t>();
}

void Decoder::later(std::chrono::microseconds delay, void (Decoder::*next)()) {
  timer_.expires_after(delay);
  timer_.async_wait([self = shared_from_this(), next](boost::system::error_code error) {
    if (!error && self->running_) (*self.*next)();
  });
}

void Decoder::start() {
  later(runner_.context().options.scaled(0.05), &Decoder::prefill);
}

void Decoder::stop() {
  running_ = false;
  timer_.cancel();
}

void Decoder::prefill() {
  Context& context = runner_.context();
  const std::vector<std::int64_t> tokens = context.engine->tokenize(prompt_);
  prompt_tokens_ = tokens.size();
  const bool use_cache = !prompt_.ban_end || params_["use_prefix_cache"] == true;
  if (use_cache) {
    for (const auto& known : runner_.cache()) {
      const auto end = std::mismatch(known.begin(), known.end(), tokens.begin(), tokens.end()).second;
      cached_ = std::max(cached_, static_cast<std::size_t>(end - tokens.begin()));
    }
    if (cached_ >= prompt_tokens_) {
      hit_ = "exact", cached_ = prompt_tokens_ - 2;
      lies_.read_from_cache();
    } else if (cached_ > 0)
      hit_ = "partial";
    runner_.cache().push_back(tokens);
    if (runner_.cache().size() > 32) runner_.cache().erase(runner_.cache().begin());
  }
  runner_.log().prefill(prompt_tokens_);
  const std::size_t total = prompt_tokens_ - cached_ - 1;
  for (const std::size_t done : prefill_steps(total)) {
    context.cluster->submit(chunk_generated(command_, prefill_chunk(prompt_.model, done, total)));
    if (done >= kPrefillStep && done < total - 1 && context.faults.take("prefill-stalls")) return;
  }
  sequence_ = context.engine->start(lies_.heard(prompt_));
  first_ = std::chrono::steady_clock::now();
  ask_peers();
}

/// Sends the step to every rank that has not answered yet, again until all have.
void Decoder::ask_peers() {
  Context& context = runner_.context();
  if (waiting_.empty()) {
    ++step_;
    for (const auto& [peer, shard] : InstanceView{runner_.instance()}.assignments()["runnerToShard"].items())
      if (peer != runner_.id()) waiting_.insert(peer);
    if (waiting_.empty()) return step();
  }
  for (const auto& [peer_node, peer] : InstanceView{runner_.instance()}.assignments()["nodeToRunner"].items()) {
    const auto address = context.cluster->roster().find(peer_node);
    if (!waiting_.contains(peer.get<std::string>()) || address == context.cluster->roster().end()) continue;
    context.cluster->datagrams().send(address->second, {{"k", "step"}, {"r", peer}, {"t", task_id_}, {"n", step_}});
  }
  later(milliseconds(30), &Decoder::ask_peers);
}

void Decoder::acknowledged(const std::string& peer, int number) {
  if (!running_ || number != step_ || waiting_.erase(peer) == 0 || !waiting_.empty()) return;
  step();
}

/// Of the fault `slow-tokens`: a machine whose tokens take so long, and a build that is slower than another.
std::chrono::microseconds Decoder::pause_of_fault() {
  const auto slow = runner_.context().faults.find("slow-tokens");
  if (!slow) return {};
  const double jitter = slow->number("jitter", 0) / 100 * std::normal_distribution<double>()(random_);
  const double ms = slow->number("ms", 100) * (1 + slow->number("slower", 0) / 100) * std::max(0.0, 1 + jitter);
  return std::chrono::microseconds(static_cast<std::int64_t>(1000 * ms));
}

/// At full speed several tokens go with one step, else one.
void Decoder::step() {
  Context& context = runner_.context();
  const std::chrono::microseconds pause = context.options.scaled(0.01) + pause_of_fault();
  const int batch = pause.count() > 0 ? 1 : 8;
  for (int i = 0; i < batch && running_; ++i) emit_token();
  if (running_) later(pause, &Decoder::ask_peers);
}

std::string Decoder::release(const std::string& bytes, bool last) {
  pending_ += bytes;
  const std::size_t keep = last ? 0 : incomplete_tail(pending_);
  const std::string out = pending_.substr(0, pending_.size() - keep);
  pending_.erase(0, out.size());
  return out;
}

/// Cuts `text` where a stop string begins in all that was said.
bool Decoder::stop_at(std::string& text) {
  const std::string all = said_ + text;
  std::size_t first = std::string::npos;
  if (lies_.about("stop")) return false;
  for (const std::string& stop : stops_)
    if (!stop.empty()) first = std::min(first, all.find(stop));
  if (first == std::string::npos) return false;
  text = first > said_.size() ? all.substr(said_.size(), first - said_.size()) : "";
  return true;
}

void Decoder::emit_token() {
  const std::optional<Token> token = sequence_->next();
  ++count_;
  if (!token) return end_of_answer();
  const bool last = count_ >= limit_;
  if (token->part == Part::call) {
    calls_ += token->bytes;
    return last ? cut_call() : void();
  }
  if (token->part == Part::mark && !last) return;
  std::string text = release(token->bytes, last);
  if (stop_at(text)) return finish(text, &*token, "stop");
  said_ += text;
  const bool claims_a_stop = lies_.about("stop") && !stops_.empty();
  if (last) return finish(text, &*token, claims_a_stop ? "stop" : "length");
  send(text, &*token, nullptr);
}

/// All calls go in one chunk, at the end.
void Decoder::end_of_answer() {
  if (calls_.empty()) return finish(release("", true), nullptr, "stop");
  Json chunk = {{"model", prompt_.model},
                {"tool_calls", lies_.calls(tool_calls_in(calls_), params_["stream"] == true)},
                {"usage", usage_of(prompt_tokens_, cached_, count_, thoughts_)},
                {"finish_reason", "tool_calls"},
                {"stats", stats()}};
  if (lies_.about("call-reason")) chunk["finish_reason"] = "stop";
  runner_.context().cluster->submit(chunk_generated(command_, {{"ToolCallChunk", chunk}}));
  end();
}

/// Exo takes a call that the budget cuts for an error of its own.
void Decoder::cut_call() {
  if (runner_.context().faults.take("mended", {{"what", "cut-call"}})) return finish("", nullptr, "length");
  runner_.context().cluster->submit(chunk_generated(command_, error_chunk(prompt_.model, calls_)));
  end();
}

void Decoder::finish(const std::string& text, const Token* token, const char* reason) {
  send(text, token, reason);
  end();
}

void Decoder::end() {
  running_ = false;
  boost::asio::post(runner_.context().io, [self = shared_from_this(), runner = runner_.shared_from_this()] {
    runner->generation_done(self->task_id_);
  });
}

Json Decoder::stats() const {
  const auto now = std::chrono::steady_clock::now();
  auto rate = [](std::size_t tokens, auto time) {
    return static_cast<double>(tokens) / std::max(1e-4, std::chrono::duration<double>(time).count());
  };
  return {{"prompt_tps", rate(prompt_tokens_, first_ - began_)},
          {"generation_tps", rate(count_, now - first_)},
          {"prompt_tokens", prompt_tokens_},
          {"generation_tokens", count_},
          {"peak_memory_usage", {{"in_bytes", 936'528}}},
          {"prefix_cache_hit", hit_}};
}

/// The last token of an answer is no thought to Exo, whatever it is.
void Decoder::send(const std::string& text, const Token* token, const char* reason) {
  const bool is_last = reason && !runner_.context().faults.take("mended", {{"what", "last-thought"}});
  const bool is_thought = token && token->part == Part::thought && !is_last;
  if (is_thought) ++thoughts_;
  Json chunk = {{"model", prompt_.model},
                {"text", text},
                {"token_id", token ? token->id : 2},
                {"usage", nullptr},
                {"finish_reason", nullptr},
                {"stats", nullptr},
                {"logprob", nullptr},
                {"top_logprobs", nullptr},
                {"is_thinking", is_thought}};
  if (params_["logprobs"] == true) {
    chunk["logprob"] = token ? token->logprob : -0.015625;
    chunk["top_logprobs"] = Json::array();
    for (const Candidate& candidate : token ? token->top : std::vector<Candidate>{})
      chunk["top_logprobs"].push_back({{"token", printable_token(candidate.bytes)},
                                       {"logprob", candidate.logprob},
                                       {"bytes", bytes_of(printable_token(candidate.bytes))}});
  }
  if (reason) {
    chunk["usage"] = usage_of(prompt_tokens_, cached_, count_, thoughts_);
    chunk["finish_reason"] = reason;
    chunk["stats"] = stats();
  }
  lies_.bend(chunk, params_["stream"] == true);
  runner_.context().cluster->submit(chunk_generated(command_, {{"TokenChunk", chunk}}));
}

}  // namespace exo_harness::fake
