#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "context.h"
#include "membership/datagrams.h"
#include "membership/link.h"
#include "membership/rhythm.h"

namespace exo_harness::fake {

/// A node's word about its master. The one with the greater cluster wins, then the greater id (contract 3).
struct Advert {
  std::string master;
  Address address;
  int seniority = 0;

  bool better_than(const Advert& other) const {
    return std::pair(seniority, master) > std::pair(other.seniority, other.master);
  }
};

/// Finds the other nodes, elects one master, and carries events and commands to and from it.
class Cluster {
 public:
  explicit Cluster(Context& context);

  void start();
  void stop();

  bool is_master() const { return !upstream_ && current_.master == context_.id; }
  /// Its master is gone and nobody is elected, as on zenoh: what it knows stands still, what it sends is lost.
  bool is_orphan() const { return !elects() && !upstream_ && current_.master.empty(); }
  const std::string& master() const { return current_.master; }
  /// Address by node id of everybody in the cluster, this node too.
  const std::map<std::string, Address>& roster() const { return roster_; }

  /// An event that happened on this node: goes to the master, which gives it its place.
  void submit(const Json& event);
  /// A command for the master; held back while there is none.
  void command(const Json& command);
  /// Master only: gives `event` the next index, applies it, and sends it to all.
  void emit(Json event);
  /// A follower that has been declared dead: its connection is closed.
  void drop(const std::string& id);

  /// A connection that a follower opened (`/fake/link`).
  void accept(Link::Socket socket, std::string already_read);
  Datagrams& datagrams() { return datagrams_; }

  /// Called for datagrams that are not about membership.
  std::function<void(const Json&, const Address&)> on_datagram;

 private:
  void receive(const Json& message, const Address& from);
  void greet();
  void hear(const Json& message, const Address& from);
  bool is_distrusted(const Advert& other, const Address& from);
  Json advert(const char* kind) const;
  bool elects() const { return !context_.options.is_zenoh() && !context_.faults.find("no-election"); }
  void campaign();
  void decide();
  void become_master();
  void follow(const Advert& master);
  void lose_master();
  void follower_line(const std::shared_ptr<Link>& link, std::string_view line);
  void master_line(std::string_view line);
  void master_event(std::string_view line);
  void send_roster();
  void flush_soon();
  void flush();
  void tick();

  Context& context_;
  Datagrams datagrams_;
  Advert current_;
  std::optional<Advert> candidate_;
  int seniority_ = 0;
  bool campaigning_ = false, flushing_ = false, joined_ = false;
  std::map<std::string, Address> roster_;
  std::map<std::string, std::chrono::steady_clock::time_point>
      lost_;  ///< Masters that went silent; only they may speak for themselves.
  std::map<std::string, std::shared_ptr<Link>> followers_;
  std::vector<std::shared_ptr<Link>> strangers_;  ///< Connected, not yet introduced.
  std::shared_ptr<Link> upstream_;
  std::vector<Json> outbox_, commands_;
  std::string wire_;  ///< Indexed events that still have to go to the followers.
  std::int64_t next_index_ = 0;
  bool has_greeted_ = false;
  std::size_t next_greeted_ = 0;
  Rhythm tick_rhythm_;
  boost::asio::steady_timer campaign_timer_, flush_timer_, greet_timer_, tick_timer_, roster_timer_;
};

}  // namespace exo_harness::fake
