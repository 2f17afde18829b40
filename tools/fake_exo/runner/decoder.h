#pragma once

#include <chrono>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "json/json.h"
#include "runner/engine.h"
#include "runner/lies.h"

namespace exo_harness::fake {

class Runner;

/// One request on rank 0. Each step asks the processes of the other ranks first, so that a dead, frozen or cut-off peer
/// stops the tokens as it does in a real ring.
class Decoder : public std::enable_shared_from_this<Decoder> {
 public:
  Decoder(Runner& runner, std::string task_id, const Json& task);

  void start();
  void stop();
  /// `peer` (a runner id) has done step `number`.
  void acknowledged(const std::string& peer, int number);

 private:
  void prefill();
  void ask_peers();
  void step();
  void emit_token();
  void end_of_answer();
  void cut_call();
  void end();
  void finish(const std::string& text, const Token* token, const char* reason);
  void send(const std::string& text, const Token* token, const char* reason);
  Json stats() const;
  std::string release(const std::string& bytes, bool last);
  bool stop_at(std::string& text);
  void later(std::chrono::microseconds delay, void (Decoder::*next)());
  std::chrono::microseconds pause_of_fault();

  Runner& runner_;
  std::string task_id_, command_;
  Json params_;
  Prompt prompt_;
  Lies lies_;
  std::unique_ptr<Sequence> sequence_;
  std::vector<std::string> stops_;
  std::size_t limit_ = 0, count_ = 0, prompt_tokens_ = 0, cached_ = 0;
  std::size_t thoughts_ = 0;
  std::string hit_ = "none", pending_, said_, calls_;
  int step_ = 0;
  bool running_ = true;
  std::set<std::string> waiting_;
  std::mt19937 random_{std::random_device()()};
  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(), first_ = began_;
};

}  // namespace exo_harness::fake
