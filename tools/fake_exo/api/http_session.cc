#include "api/http_session.h"

#include <ctime>

#include <boost/asio/write.hpp>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::fake {
namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

std::string decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space)
      out += ' ';
    else if (text[i] == '%' && i + 2 < text.size())
      out += static_cast<char>(std::strtol(std::string(text.substr(i + 1, 2)).c_str(), nullptr, 16)), i += 2;
    else
      out += text[i];
  }
  return out;
}

std::string date_line() {
  char text[64];
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return std::string("date: ") + text + "\r\n";
}

Request request_of(const http::request<http::string_body>& message) {
  Request out;
  out.method = std::string(message.method_string());
  const std::string target(message.target());
  const std::size_t mark = target.find('?');
  out.path = decoded(target.substr(0, mark), false);
  if (mark != std::string::npos)
    for (std::string_view part : split(std::string_view(target).substr(mark + 1), '&')) {
      const std::size_t equals = part.find('=');
      if (part.empty()) continue;
      const std::string name = decoded(part.substr(0, equals), true);
      const std::string value = equals == std::string_view::npos ? "" : decoded(part.substr(equals + 1), true);
      out.query[name] = value;
      out.query_all.emplace(name, value);
    }
  out.body = message.body();
  out.content_type = std::string(message[http::field::content_type]);
  out.authorization = std::string(message[http::field::authorization]);
  out.origin = std::string(message[http::field::origin]);
  out.asked_method = std::string(message[http::field::access_control_request_method]);
  out.asked_headers = std::string(message[http::field::access_control_request_headers]);
  return out;
}

}  // namespace

HttpSession::HttpSession(asio::ip::tcp::socket socket, Handler handler, HttpServer::Upgrade upgrade)
    : socket_(std::move(socket)), handler_(std::move(handler)), upgrade_(std::move(upgrade)) {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void HttpSession::read() {
  parser_.emplace();
  parser_->body_limit(64u << 20);
  http::async_read(socket_, buffer_, *parser_,
                   [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                     if (error == http::error::end_of_stream || error) return self->client_gone();
                     self->dispatch();
                   });
}

void HttpSession::dispatch() {
  const auto& message = parser_->get();
  if (message.target() == "/fake/link") {
    const auto data = buffer_.data();
    return upgrade_(std::move(socket_), std::string(static_cast<const char*>(data.data()), data.size()));
  }
  close_ = !message.keep_alive();
  head_ = message.method() == http::verb::head;
  answered_ = streaming_ = false;
  const Request request = request_of(message);
  origin_ = request.origin;
  watch();
  handler_(request, shared_from_this());
}

/// The headers that end every head. An answer that the framework itself gives (500) has nothing of CORS.
std::string HttpSession::tail(bool with_cors) const {
  std::string cors = with_cors ? "vary: Origin\r\n" : "";
  if (with_cors && !origin_.empty())
    cors = "access-control-allow-origin: " + origin_ + "\r\naccess-control-allow-credentials: true\r\n" + cors;
  return cors + date_line() + "server: hypercorn-h11\r\n";
}

void HttpSession::put(std::string bytes) {
  if (!open_) return;
  queue_.push_back(std::move(bytes));
  if (queue_.size() == 1) flush();
}

void HttpSession::flush() {
  asio::async_write(socket_, asio::buffer(queue_.front()),
                    [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                      if (error) return self->client_gone();
                      self->queue_.pop_front();
                      if (!self->queue_.empty()) return self->flush();
                      if (self->answered_) self->end_answer();
                    });
}

void HttpSession::end_answer() {
  if (!close_) return read();
  boost::system::error_code ignored;
  open_ = false;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void HttpSession::send(int status, const std::string& content_type, const std::string& body,
                       const std::string& first_headers) {
  if (answered_) return;
  answered_ = true;
  gone_ = nullptr;
  std::string head = format("HTTP/1.1 {} \r\n", status) + first_headers;
  if (status != 204) head += format("content-length: {}\r\n", body.size());
  if (!content_type.empty()) head += "content-type: " + content_type + "\r\n";
  const bool is_ours = status != 500 || content_type == "application/json";
  put(head + tail(is_ours) + "\r\n" + (head_ ? "" : body));
}

void HttpSession::send_preflight(const Request& request) {
  if (std::exchange(answered_, true)) return;
  gone_ = nullptr;
  std::string head =
      "HTTP/1.1 200 \r\nvary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers, "
      "Access-Control-Request-Private-Network\r\naccess-control-allow-methods: DELETE, GET, HEAD, OPTIONS, PATCH, "
      "POST, "
      "PUT, QUERY\r\naccess-control-max-age: 600\r\naccess-control-allow-credentials: true\r\n"
      "access-control-allow-origin: " +
      request.origin + "\r\n";
  if (!request.asked_headers.empty()) head += "access-control-allow-headers: " + request.asked_headers + "\r\n";
  put(head + "content-length: 2\r\ncontent-type: text/plain; charset=utf-8\r\n" + tail(false) + "\r\nOK");
}

void HttpSession::begin(const std::string& content_type, bool sse) {
  streaming_ = true;
  if (sse) close_ = true;
  put("HTTP/1.1 200 \r\n" +
      std::string(sse ? "cache-control: no-cache\r\nconnection: close\r\nx-accel-buffering: no\r\n" : "") +
      "content-type: " + content_type + "\r\n" + tail() + "Transfer-Encoding: chunked\r\n\r\n");
}

void HttpSession::write(const std::string& text) {
  if (!text.empty() && !answered_) put(format("{:x}\r\n", text.size()) + text + "\r\n");
}

void HttpSession::finish() {
  if (answered_) return;
  answered_ = true;
  gone_ = nullptr;
  put("0\r\n\r\n");
}

void HttpSession::abort() {
  answered_ = true;
  gone_ = nullptr;
  open_ = false;
  boost::system::error_code ignored;
  socket_.close(ignored);
}

/// While an answer is awaited: has the client hung up?
void HttpSession::watch() {
  socket_.async_wait(asio::ip::tcp::socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
    if (error || self->answered_ || !self->open_) return;
    char byte;
    boost::system::error_code peek;
    self->socket_.non_blocking(true, peek);
    const std::size_t size = self->socket_.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, peek);
    if (peek == asio::error::would_block) return self->watch();
    if (peek || size == 0) self->client_gone();
  });
}

void HttpSession::client_gone() {
  if (!open_) return;
  open_ = false;
  answered_ = true;
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (const auto gone = std::exchange(gone_, nullptr)) gone();
}

}  // namespace exo_harness::fake
