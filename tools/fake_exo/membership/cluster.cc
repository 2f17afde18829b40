#include "membership/cluster.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>

#include "exo_harness/core/format.h"

#include "membership/master.h"

namespace exo_harness::fake {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr std::size_t kGreetedAtOnce = 8;

std::shared_ptr<const std::string> line_of(const Json& message) {
  return std::make_shared<const std::string>(text_of(message) + "\n");
}

}  // namespace

Cluster::Cluster(Context& context)
    : context_(context),
      datagrams_(context, context.options.listen),
      campaign_timer_(context.io),
      flush_timer_(context.io),
      greet_timer_(context.io),
      tick_timer_(context.io),
      roster_timer_(context.io) {}

void Cluster::start() {
  become_master();
  datagrams_.start([this](const Json& message, const Address& from) { receive(message, from); });
  greet();
  tick();
}

void Cluster::stop() {
  datagrams_.close();
  for (auto& [id, link] : followers_) link->close();
  for (auto& link : strangers_) link->close();
  if (upstream_) upstream_->close();
  for (auto* timer : {&campaign_timer_, &flush_timer_, &greet_timer_, &tick_timer_, &roster_timer_}) timer->cancel();
}

Json Cluster::advert(const char* kind) const {
  const Advert& said = current_.master.empty() && candidate_ ? *candidate_ : current_;
  return {{"k", kind},
          {"ns", context_.faults.find("foreign-node") ? "*" : context_.options.name_space},
          {"m", said.master},
          {"h", said.address.host},
          {"p", said.address.port},
          {"s", said.seniority}};
}

/// Everybody at first, so that the best master is found at once; then a few of those that are not known yet, others
/// each time, as all of them answer.
void Cluster::greet() {
  std::set<std::pair<std::string, int>> known;
  for (const auto& [id, address] : roster_) known.emplace(address.host, address.port);
  const std::vector<Address>& peers = context_.options.peers;
  const Json hello = advert("hello");
  const std::size_t most = std::exchange(has_greeted_, true) ? kGreetedAtOnce : peers.size();
  for (std::size_t i = 0, sent = 0; i < peers.size() && sent < most; ++i) {
    const Address& peer = peers[next_greeted_++ % peers.size()];
    if (known.contains({peer.host, peer.port})) continue;
    datagrams_.send(peer, hello);
    ++sent;
  }
  const milliseconds crowd(10 * static_cast<int>(peers.size()));  // Each greeting looks through all.
  greet_timer_.expires_after(context_.options.scaled(1, std::max(milliseconds(200), crowd)));
  greet_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) greet();
  });
}

void Cluster::receive(const Json& message, const Address& from) {
  const std::string kind = message.value("k", "");
  if (kind != "hello" && kind != "here") {
    if (on_datagram) on_datagram(message, from);
    return;
  }
  const std::string space = message.value("ns", "");
  const bool foreign = space == "*" || context_.faults.find("foreign-node");
  if (space != context_.options.name_space && !foreign) return;
  if (kind == "hello") datagrams_.send(from, advert("here"));
  hear(message, from);
}

bool Cluster::is_distrusted(const Advert& other, const Address& from) {
  const auto lost = lost_.find(other.master);
  if (lost == lost_.end()) return false;
  const bool long_ago =
      std::chrono::steady_clock::now() - lost->second > context_.options.scaled(30, milliseconds(3000));
  if (!long_ago && !(from == other.address)) return true;
  lost_.erase(lost);
  return false;
}

void Cluster::hear(const Json& message, const Address& from) {
  Advert other{message["m"], {message["h"], message["p"]}, message["s"]};
  if (other.master == current_.master || other.master == context_.id || is_distrusted(other, from)) return;
  if (is_cut_off(context_, other.address)) return;
  if (other.master.empty() || !other.better_than(current_)) return;
  if (is_orphan()) other = Advert{context_.id, context_.options.listen, seniority_};  // It is elected then.
  if (!candidate_ || other.better_than(*candidate_)) candidate_ = other;
  campaign();
}

void Cluster::campaign() {
  if (campaigning_) return;
  campaigning_ = true;
  context_.log.info("exo.shared.election:_campaign:197", "Waiting for other campaign to finish");
  campaign_timer_.expires_after(context_.options.scaled(3, milliseconds(40)));
  campaign_timer_.async_wait([this](boost::system::error_code error) {
    if (error) return;
    campaigning_ = false;
    decide();
  });
}

void Cluster::decide() {
  const std::optional<Advert> best = std::exchange(candidate_, std::nullopt);
  if (best && best->master != context_.id && best->better_than(current_)) return follow(*best);
  if (!upstream_ && current_.master != context_.id) become_master();
}

void Cluster::become_master() {
  roster_ = {{context_.id, context_.options.listen}};
  current_ = {context_.id, context_.options.listen, seniority_};
  upstream_.reset();
  next_index_ = 0;
  const bool is_main = context_.options.is_main();
  context_.log.info(context_.options.is_zenoh() ? "exo.main:_elect_loop:212"
                    : is_main                   ? "exo.main:_elect_loop:211"
                                                : "exo.main:_elect_loop:200",
                    !is_main  ? "Node elected Master"
                    : joined_ ? "Node elected Master - promoting self"
                              : "Node elected Master - maintaining self");
  joined_ = true;
  context_.begin_session(true);
}

void Cluster::follow(const Advert& master) {
  for (auto& [id, link] : std::exchange(followers_, {})) link->close();
  if (auto old = std::exchange(upstream_, nullptr)) old->close();
  context_.log.info(context_.options.is_zenoh()  ? "exo.main:_elect_loop:234"
                    : context_.options.is_main() ? "exo.main:_elect_loop:233"
                                                 : "exo.main:_elect_loop:222",
                    format("Node {} elected master - demoting self", master.master));
  current_ = master;
  auto socket = std::make_shared<Link::Socket>(context_.io);
  boost::system::error_code ignored;
  const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(master.address.host, ignored), master.address.port);
  socket->async_connect(endpoint, [this, socket, master](boost::system::error_code error) {
    if (current_.master != master.master || upstream_) return;
    if (error) return lose_master();
    upstream_ = std::make_shared<Link>(std::move(*socket), "");
    upstream_->peer = master.master;
    upstream_->start([this](std::string_view line) { master_line(line); }, [this] { lose_master(); });
    upstream_->send("POST /fake/link HTTP/1.1\r\nHost: fake\r\nContent-Length: 0\r\n\r\n");
    upstream_->send(line_of({{"t", "hello"},
                             {"id", context_.id},
                             {"h", context_.options.listen.host},
                             {"p", context_.options.listen.port}}));
    context_.begin_session(false);
    flush();
  });
}

/// The master is gone: the state stays as it is until a new one is found. A node of zenoh elects none by itself: only
/// another master that it meets makes it one.
void Cluster::lose_master() {
  if (auto old = std::exchange(upstream_, nullptr)) old->close();
  seniority_ = elects() ? 0 : 1;
  const std::string lost = current_.master;
  current_ = {"", {}, -1};
  roster_.erase(lost);
  lost_[lost] = std::chrono::steady_clock::now();
  if (elects()) candidate_ = Advert{context_.id, context_.options.listen, 0};
  for (const auto& [id, address] : roster_)
    if (id != context_.id) datagrams_.send(address, advert("hello"));
  if (elects()) return campaign();
  outbox_.clear();
  commands_.clear();
}

void Cluster::accept(Link::Socket socket, std::string already_read) {
  auto link = std::make_shared<Link>(std::move(socket), std::move(already_read));
  strangers_.push_back(link);
  link->start([this, weak = std::weak_ptr(link)](std::string_view line) { follower_line(weak.lock(), line); },
              [this, weak = std::weak_ptr(link)] {
                const auto gone = weak.lock();
                std::erase(strangers_, gone);
                std::erase_if(followers_, [&](const auto& entry) { return entry.second == gone; });
              });
}

void Cluster::follower_line(const std::shared_ptr<Link>& link, std::string_view line) {
  const Json message = Json::parse(line, nullptr, false);
  if (message.is_discarded() || !link) return;
  const std::string type = message.value("t", "");
  if (type == "hello") {
    std::erase(strangers_, link);
    const Address address{message["h"], message["p"]};
    if (!is_master() || is_cut_off(context_, address)) return link->close();
    link->peer = message["id"];
    flush();
    std::string all;
    for (const EventLog::Entry& entry : context_.events.entries()) all += wire_line(entry);
    link->send(all);
    followers_[link->peer] = link;
    roster_[link->peer] = address;
    send_roster();
  } else if (type == "ev") {
    for (const Json& event : message["e"]) emit(event);
  } else if (type == "cmd") {
    context_.master->execute(message["c"]);
  }
}

void Cluster::master_line(std::string_view line) {
  if (line.starts_with('E')) return master_event(line);
  const Json message = Json::parse(line, nullptr, false);
  if (message.is_discarded()) return;
  const std::string type = message.value("t", "");
  if (type == "roster") {
    roster_.clear();
    for (const Json& entry : message["m"]) roster_[entry[0].get<std::string>()] = {entry[1], entry[2]};
    current_.seniority = message["s"];
  }
}

void Cluster::master_event(std::string_view line) {
  const std::size_t space = std::min(line.find(' '), line.size() - 1);
  std::int64_t index = 0;
  std::from_chars(line.data() + 1, line.data() + space, index);
  std::string text(line.substr(space + 1));
  if (State::is_taken_as_text(text)) return context_.apply_text(index, std::move(text));
  const Json event = Json::parse(text, nullptr, false);
  if (!event.is_discarded()) context_.apply(index, event, std::move(text));
}

void Cluster::send_roster() {
  if (roster_.size() > 1) seniority_ = std::max(seniority_, static_cast<int>(roster_.size()));
  current_.seniority = seniority_;
  roster_timer_.expires_after(milliseconds(15));
  roster_timer_.async_wait([this](boost::system::error_code error) {
    if (error || !is_master()) return;
    Json members = Json::array();
    for (const auto& [id, address] : roster_) members.push_back({id, address.host, address.port});
    const auto text = line_of({{"t", "roster"}, {"s", seniority_}, {"m", members}});
    for (auto& [id, link] : followers_) link->send(text);
  });
}

void Cluster::drop(const std::string& id) {
  if (const auto found = followers_.find(id); found != followers_.end()) {
    found->second->close();
    followers_.erase(found);
  }
  roster_.erase(id);
  seniority_ = roster_.size() > 1 ? static_cast<int>(roster_.size()) : 0;
  send_roster();
}

void Cluster::submit(const Json& event) {
  if (is_orphan()) return;
  outbox_.push_back(event);
  flush_soon();
}

void Cluster::command(const Json& command) {
  if (is_orphan()) return;
  commands_.push_back(command);
  flush_soon();
}

void Cluster::emit(Json event) {
  if (tag_of(event) == "NodeGatheredInfo") context_.master->seen(body_of(event)["node_id"]);
  const std::int64_t index = next_index_++;
  std::string text = text_of(event);
  if (State::is_taken_as_text(text))
    context_.apply_text(index, std::move(text));
  else
    context_.apply(index, event, std::move(text));
  if (!followers_.empty()) wire_ += wire_line(context_.events.entries().back());
  flush_soon();
}

/// At once in a small cluster. In a crowd everybody has news all the time, and each flush wakes everybody: then what
/// comes within a while goes together.
void Cluster::flush_soon() {
  if (std::exchange(flushing_, true)) return;
  const auto crowd = context_.options.peers.size();
  if (crowd < 8) return asio::post(context_.io, [this] { flush(); });
  flush_timer_.expires_after(milliseconds(std::max(crowd / 2, crowd * crowd / 64)));
  flush_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) flush();
  });
}

void Cluster::flush() {
  flushing_ = true;
  if (is_master()) {
    for (const Json& event : std::exchange(outbox_, {})) emit(event);
    for (const Json& each : std::exchange(commands_, {})) context_.master->execute(each);
  } else if (upstream_) {
    if (!outbox_.empty()) upstream_->send(line_of({{"t", "ev"}, {"e", std::exchange(outbox_, {})}}));
    for (const Json& each : std::exchange(commands_, {})) upstream_->send(line_of({{"t", "cmd"}, {"c", each}}));
  }
  flushing_ = false;
  if (wire_.empty()) return;
  const auto text = std::make_shared<const std::string>(std::exchange(wire_, {}));
  for (auto& [id, link] : followers_) link->send(text);
}

void Cluster::tick() {
  const auto now = std::chrono::steady_clock::now();
  if (is_master()) {
    const auto text = line_of({{"t", "tick"}});
    for (auto& [id, link] : std::map(followers_)) {
      if (is_cut_off(context_, roster_[id])) {
        link->close();
        followers_.erase(id);
      } else {
        link->send(text);
      }
    }
  } else if (upstream_) {
    if (tick_rhythm_.is_late()) upstream_->last_heard = now;
    const bool silent = now - upstream_->last_heard >
                        context_.options.scaled(10, milliseconds(2000 + 30 * context_.options.peers.size()));
    if (silent || is_cut_off(context_, current_.address)) lose_master();
  }
  const milliseconds crowd(5 * static_cast<int>(context_.options.peers.size()));
  const milliseconds period = context_.options.scaled(1, std::max(milliseconds(200), crowd));
  tick_rhythm_.next(period);
  tick_timer_.expires_after(period);
  tick_timer_.async_wait([this](boost::system::error_code error) {
    if (!error) tick();
  });
}

}  // namespace exo_harness::fake
