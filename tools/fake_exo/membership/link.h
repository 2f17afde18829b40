#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

namespace exo_harness::fake {

/// A TCP connection between a node and its master: a line of JSON a message. One thread.
class Link : public std::enable_shared_from_this<Link> {
 public:
  using Socket = boost::asio::ip::tcp::socket;

  Link(Socket socket, std::string already_read);

  /// Calls `line` for each line and `closed` once, when the connection ends by the other side.
  void start(std::function<void(std::string_view)> line, std::function<void()> closed);
  void send(std::shared_ptr<const std::string> text);
  void send(const std::string& text) { send(std::make_shared<const std::string>(text)); }
  /// Ends it without calling `closed`.
  void close();

  std::string peer;  ///< Node id, once known.
  std::chrono::steady_clock::time_point last_heard = std::chrono::steady_clock::now();

 private:
  void read();
  void take_lines();
  void write();
  void end();

  Socket socket_;
  std::array<char, 64 * 1024> block_;
  std::string unread_;  ///< The line that is not whole yet.
  std::deque<std::shared_ptr<const std::string>> queue_;
  std::function<void(std::string_view)> line_;
  std::function<void()> closed_;
  bool open_ = true;
};

}  // namespace exo_harness::fake
