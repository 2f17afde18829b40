#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "json/json.h"
#include "world/options.h"

namespace exo_harness::fake {

struct Request {
  std::string method, path;                  ///< `path` is decoded, without the query.
  std::map<std::string, std::string> query;  ///< The last of each name, decoded.
  std::multimap<std::string, std::string> query_all;
  std::string body, content_type, authorization;
  std::string origin, asked_method, asked_headers;  ///< Of CORS; empty: none.
};

class Session;

/// The answer to one request. Everything after the client has gone does nothing. One thread.
class Exchange {
 public:
  virtual ~Exchange() = default;
  /// A whole answer, with content-length. `first_headers` go before it.
  virtual void send(int status, const std::string& content_type, const std::string& body,
                    const std::string& first_headers = "") = 0;
  void send_json(int status, const Json& body) { send(status, "application/json", text_of(body)); }
  /// What a browser asks before it lets a page of another origin send `Request::asked_method`.
  virtual void send_preflight(const Request& request) = 0;
  /// A chunked answer: status and headers go at once. `sse`: with the headers of an event stream.
  virtual void begin(const std::string& content_type, bool sse) = 0;
  virtual void write(const std::string& text) = 0;
  virtual void finish() = 0;
  /// Closes the connection as it is.
  virtual void abort() = 0;
  virtual bool is_open() const = 0;
  /// Called once when the client goes before the answer is complete.
  virtual void on_gone(std::function<void()> gone) = 0;
};

using Handler = std::function<void(const Request&, std::shared_ptr<Exchange>)>;

/// HTTP/1.1 as hypercorn speaks it: header names and order of the recordings.
class HttpServer {
 public:
  using Upgrade = std::function<void(boost::asio::ip::tcp::socket, std::string)>;

  HttpServer(boost::asio::io_context& io, Handler handler, Upgrade upgrade);

  /// Fails: EnvironmentError that says which port is taken.
  void listen(const Address& address);
  void stop();
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  Handler handler_;
  Upgrade upgrade_;
};

}  // namespace exo_harness::fake
