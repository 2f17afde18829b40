#pragma once

#include <array>
#include <functional>
#include <string>

#include <boost/asio/ip/udp.hpp>

#include "context.h"
#include "json/json.h"

namespace exo_harness::fake {

/// Small messages between nodes: UDP on the number of the API port. What the fault `partition` cuts is dropped, both
/// ways.
class Datagrams {
 public:
  /// Fails: EnvironmentError when the port is taken.
  Datagrams(Context& context, const Address& listen);

  void start(std::function<void(const Json&, const Address&)> receive);
  void send(const Address& to, const Json& message);
  void close();

 private:
  void read();

  Context& context_;
  boost::asio::ip::udp::socket socket_;
  boost::asio::ip::udp::endpoint from_;
  std::array<char, 2048> buffer_{};
  std::function<void(const Json&, const Address&)> receive_;
};

/// Whether the fault `partition` cuts this node off from `peer`.
bool is_cut_off(const Context& context, const Address& peer);

}  // namespace exo_harness::fake
