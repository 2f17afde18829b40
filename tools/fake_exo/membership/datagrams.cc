#include "membership/datagrams.h"

#include "exo_harness/core/error.h"

namespace exo_harness::fake {
namespace asio = boost::asio;
using asio::ip::udp;

bool is_cut_off(const Context& context, const Address& peer) {
  return context.faults.any_of("partition", [&](const Fault& fault) {
    const std::string cut = fault.arg("peer");
    return cut.empty() || cut == peer.text() || cut == peer.host;
  });
}

Datagrams::Datagrams(Context& context, const Address& listen) : context_(context), socket_(context.io) {
  const udp::endpoint endpoint(asio::ip::make_address(listen.host), listen.port);
  boost::system::error_code error;
  socket_.open(endpoint.protocol(), error);
  if (!error) socket_.bind(endpoint, error);
  if (error)
    throw EnvironmentError("cannot bind UDP " + listen.text() + ": " + error.message(), "choose another port, or 0");
  socket_.set_option(asio::socket_base::receive_buffer_size(1 << 20), error);
  socket_.non_blocking(true, error);
}

void Datagrams::start(std::function<void(const Json&, const Address&)> receive) {
  receive_ = std::move(receive);
  read();
}

void Datagrams::read() {
  socket_.async_receive_from(asio::buffer(buffer_), from_, [this](boost::system::error_code error, std::size_t size) {
    if (error == asio::error::operation_aborted || !socket_.is_open()) return;
    if (!error) {
      const Json message = Json::parse(buffer_.data(), buffer_.data() + size, nullptr, false);
      const Address from{from_.address().to_string(), from_.port()};
      if (!message.is_discarded() && message.is_object() && !is_cut_off(context_, from)) receive_(message, from);
    }
    read();
  });
}

void Datagrams::send(const Address& to, const Json& message) {
  if (is_cut_off(context_, to) || !socket_.is_open()) return;
  boost::system::error_code ignored;
  socket_.send_to(asio::buffer(text_of(message)), udp::endpoint(asio::ip::make_address(to.host, ignored), to.port), 0,
                  ignored);
}

void Datagrams::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace exo_harness::fake
