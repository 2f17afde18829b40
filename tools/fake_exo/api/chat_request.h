#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "api/api.h"
#include "api/chat_format.h"

namespace exo_harness::fake {

/// How the tokens of a request become an answer: one class a dialect.
class ChatWriter {
 public:
  virtual ~ChatWriter() = default;
  virtual void begin(Exchange& exchange) = 0;
  virtual void token(Exchange& exchange, const Json& chunk) = 0;
  /// After the last token.
  virtual void done(Exchange& exchange) = 0;
  virtual void failed(Exchange& exchange, const std::string& text) = 0;
  /// The task is gone without a last token.
  virtual void cut(Exchange& exchange) = 0;
  virtual bool is_stream() const = 0;
};

/// One generation for one client.
class ChatRequest : public ChunkSink, public std::enable_shared_from_this<ChatRequest> {
 public:
  ChatRequest(Api& api, std::shared_ptr<Exchange> exchange, std::unique_ptr<ChatWriter> writer);

  /// `identify` learns the command id before anything is written.
  void start(const Json& task_params, const std::function<void(const std::string&)>& identify);
  void chunk(const Json& chunk) override;
  void ended() override;

 private:
  void keep_alive();
  bool injected();
  bool is_lost() const;
  void end(bool tell);

  Api& api_;
  std::shared_ptr<Exchange> exchange_;
  std::unique_ptr<ChatWriter> writer_;
  std::string command_;
  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point last_frame_ = std::chrono::steady_clock::now();
  std::optional<Fault> fault_;
  int tokens_ = 0;
  bool over_ = false;
};

}  // namespace exo_harness::fake
