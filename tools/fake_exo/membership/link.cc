#include "membership/link.h"

#include <boost/asio/write.hpp>

namespace exo_harness::fake {
namespace asio = boost::asio;

Link::Link(Socket socket, std::string already_read) : socket_(std::move(socket)), unread_(std::move(already_read)) {
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void Link::start(std::function<void(std::string_view)> line, std::function<void()> closed) {
  line_ = std::move(line);
  closed_ = std::move(closed);
  take_lines();
  if (open_) read();
}

void Link::read() {
  socket_.async_read_some(asio::buffer(block_),
                          [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                            if (error) return self->end();
                            self->last_heard = std::chrono::steady_clock::now();
                            self->unread_.append(self->block_.data(), size);
                            self->take_lines();
                            if (self->open_) self->read();
                          });
}

void Link::take_lines() {
  std::size_t begin = 0;
  for (std::size_t end; open_ && (end = unread_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const auto line = line_;  // It may close this link, and with that itself.
    line(std::string_view(unread_).substr(begin, end - begin));
  }
  unread_.erase(0, begin);
}

void Link::send(std::shared_ptr<const std::string> text) {
  if (!open_) return;
  queue_.push_back(std::move(text));
  if (queue_.size() == 1) write();
}

void Link::write() {
  asio::async_write(socket_, asio::buffer(*queue_.front()),
                    [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                      if (error) return self->end();
                      self->queue_.pop_front();
                      if (!self->queue_.empty()) self->write();
                    });
}

void Link::end() {
  if (!open_) return;
  const auto closed = closed_;
  close();
  if (closed) closed();
}

void Link::close() {
  open_ = false;
  boost::system::error_code ignored;
  socket_.close(ignored);
  line_ = nullptr;
  closed_ = nullptr;
}

}  // namespace exo_harness::fake
