#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace exo_harness::fake {

/// `topology.connections`: by source and sink the socket edges, the newest first, then the RDMA edges. It grows with
/// the square of the nodes, so it is kept as what is asked of it, and its text is made once a change.
class Connections {
 public:
  struct Rdma {
    std::string source, sink, source_iface, sink_iface;
  };

  /// `multiaddr`: the JSON text of an address, with its `ip_address`.
  void add_socket(std::string_view source, std::string_view sink, std::string_view multiaddr);
  void remove_socket(std::string_view source, std::string_view sink, std::string_view multiaddr);
  /// In the place of all RDMA edges there were.
  void set_rdma(std::vector<Rdma> edges);
  /// All edges from and to that node go.
  void drop(const std::string& node);

  bool has(const std::string& source, const std::string& sink) const;
  /// Of the first socket edge; "" when there is none.
  std::string ip(const std::string& source, const std::string& sink) const;
  /// Of the source, on the first RDMA edge; "" when there is none.
  std::string rdma_iface(const std::string& source, const std::string& sink) const;
  /// The JSON object, camelCase.
  const std::string& text() const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view id) const { return std::hash<std::string_view>()(id); }
  };
  using Places = std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>>;
  struct Socket {
    std::string ip, text;
  };
  struct Pair {
    std::string sink;
    std::vector<Socket> sockets;
    std::vector<Rdma> rdma;
    bool is_empty() const { return sockets.empty() && rdma.empty(); }
  };
  struct Source {
    std::string id;
    std::vector<Pair> pairs;  // In order of their coming.
    Places place;             // By sink.
  };

  Pair& pair(std::string_view source, std::string_view sink);
  Pair* find(std::string_view source, std::string_view sink);
  const Pair* find(std::string_view source, std::string_view sink) const;
  void forget_empty();

  std::vector<Source> sources_;
  Places place_;
  mutable std::string text_;
  mutable bool has_text_ = false;
};

}  // namespace exo_harness::fake
