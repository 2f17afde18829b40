#include "api/http_server.h"

#include <fcntl.h>

#include "exo_harness/core/error.h"

#include "api/http_session.h"

namespace exo_harness::fake {
namespace asio = boost::asio;

HttpServer::HttpServer(asio::io_context& io, Handler handler, Upgrade upgrade)
    : acceptor_(io), handler_(std::move(handler)), upgrade_(std::move(upgrade)) {}

void HttpServer::listen(const Address& address) {
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(1024, error);
  if (error)
    throw EnvironmentError("cannot listen on " + address.text() + ": " + error.message(),
                           "end what listens there, or choose another port");
  ::fcntl(acceptor_.native_handle(), F_SETFD, FD_CLOEXEC);
  accept();
}

void HttpServer::accept() {
  acceptor_.async_accept([this](boost::system::error_code error, asio::ip::tcp::socket socket) {
    if (!acceptor_.is_open()) return;
    if (!error) std::make_shared<HttpSession>(std::move(socket), handler_, upgrade_)->read();
    accept();
  });
}

void HttpServer::stop() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
}

}  // namespace exo_harness::fake
