#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "api/http_server.h"
#include "context.h"

namespace exo_harness::fake {

/// Somebody who waits for the chunks of a command.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  /// A tagged chunk of `ChunkGenerated`.
  virtual void chunk(const Json& chunk) = 0;
  /// The task is gone without a last chunk (instance deleted, cancelled, new session).
  virtual void ended() = 0;
};

/// The HTTP API of the node.
class Api {
 public:
  explicit Api(Context& context);

  void listen();
  void stop() { server_.stop(); }
  std::uint16_t port() const { return server_.port(); }
  /// The fields of a `ChunkGenerated`.
  void chunk(const Json& body);
  /// The task of that command is gone: whoever still waits for it ends.
  void task_deleted(const std::string& command);
  /// A new session: requests that wait end.
  void begin_session();

  /// Sends TextGeneration; `sink` gets what comes. Returns the command id.
  std::string generate(const Json& task_params, std::shared_ptr<ChunkSink> sink);
  /// The client has gone.
  void cancel(const std::string& command);
  /// `POST /v1/cancel`: the stream ends without a finish reason.
  void cancel_command(const std::string& command);
  bool is_running(const std::string& command) const { return sinks_.contains(command); }
  /// All chunks are there.
  void finished(const std::string& command);

  Context& context() { return context_; }
  bool has_instance_of(const std::string& model) const;
  /// Calls `next` after `seconds` of Exo's time.
  void later(double seconds, std::function<void()> next, int least_ms = 0);

 private:
  void handle(const Request& request, std::shared_ptr<Exchange> exchange);
  bool fault(const Request& request, const std::shared_ptr<Exchange>& exchange);
  void route(const Request& request, std::shared_ptr<Exchange> exchange);

  Context& context_;
  HttpServer server_;
  std::map<std::string, std::shared_ptr<ChunkSink>> sinks_;
};

// The parts of the API; each answers one group of paths and says whether the path was its own.
bool serve_state(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange);
bool serve_instances(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange);
bool serve_await(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange);
bool serve_chat(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange);
bool serve_ollama(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange);
bool serve_dialects(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange);
bool serve_control(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange);

}  // namespace exo_harness::fake
