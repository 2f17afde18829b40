#include "link.h"

#include <istream>

#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

namespace exo_harness::fake {
namespace asio = boost::asio;

Link::Link(Socket socket, std::string already_read) : socket_(std::move(socket)) {
  std::ostream(&buffer_) << already_read;
  boost::system::error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
}

void Link::start(std::function<void(const std::string&)> line, std::function<void()> closed) {
  line_ = std::move(line);
  closed_ = std::move(closed);
  read();
}

void Link::read() {
  asio::async_read_until(socket_, buffer_, '\n',
                         [self = shared_from_this()](boost::system::error_code error, std::size_t) {
                           if (error) return self->end();
                           std::istream stream(&self->buffer_);
                           std::string line;
                           std::getline(stream, line);
                           self->last_heard = std::chrono::steady_clock::now();
                           if (self->open_) self->line_(line);
                           if (self->open_) self->read();
                         });
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
