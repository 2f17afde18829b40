#pragma once

#include <deque>
#include <optional>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "api/http_server.h"

namespace exo_harness::fake {

/// One connection: a request, its answer, and so on.
class HttpSession : public Exchange, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(boost::asio::ip::tcp::socket socket, Handler handler, HttpServer::Upgrade upgrade);

  void read();

  void send(int status, const std::string& content_type, const std::string& body,
            const std::string& first_headers) override;
  void send_preflight(const Request& request) override;
  void begin(const std::string& content_type, bool sse) override;
  void write(const std::string& text) override;
  void finish() override;
  void abort() override;
  bool is_open() const override { return open_; }
  void on_gone(std::function<void()> gone) override { gone_ = std::move(gone); }

 private:
  void dispatch();
  void put(std::string bytes);
  std::string tail(bool with_cors = true) const;
  void flush();
  void watch();
  void client_gone();
  void end_answer();

  boost::asio::ip::tcp::socket socket_;
  Handler handler_;
  HttpServer::Upgrade upgrade_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::deque<std::string> queue_;
  std::function<void()> gone_;
  std::string origin_;
  bool open_ = true, streaming_ = false, close_ = false, answered_ = false, head_ = false;
};

}  // namespace exo_harness::fake
