#include "node.h"

#include <boost/asio/signal_set.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "api/api.h"
#include "membership/cluster.h"
#include "membership/gatherer.h"
#include "membership/master.h"
#include "membership/prober.h"
#include "runner/engine.h"
#include "runner/worker.h"
#include "world/ids.h"
#include "world/start.h"

namespace exo_harness::fake {

Context::Context(Options given)
    : options(std::move(given)),
      log(options.log_file),
      catalogue(options),
      host(rdma_host(options.rdma, options.index, options.count)),
      id(new_node_id(options.is_zenoh())),
      state(options.is_main()) {
  for (const std::string& spec : options.faults) faults.add(spec);
}

// The API listens first: membership takes the same number.
Node::Node(Options given)
    : Context(std::move(given)),
      own_engine_(make_recorded_engine(options.recorded_answers(), make_table_engine(options.prompts))) {
  engine = own_engine_.get();
  api_ = std::make_unique<Api>(*this);
  api_->listen();
  options.listen.port = api_->port();
  own_cluster_ = std::make_unique<Cluster>(*this);
  cluster = own_cluster_.get();
  own_master_ = std::make_unique<Master>(*this);
  master = own_master_.get();
  own_worker_ = std::make_unique<Worker>(*this);
  worker = own_worker_.get();
  own_gatherer_ = std::make_unique<Gatherer>(*this);
  gatherer = own_gatherer_.get();
  prober_ = std::make_unique<Prober>(*this);
}

Node::~Node() = default;

void Node::datagram(const Json& message, const Address& from) {
  const std::string kind = message.value("k", "");
  if (kind == "probe")
    cluster->datagrams().send(from, {{"k", "probed"}, {"id", id}});
  else if (kind == "probed")
    prober_->answered(message.value("id", ""));
  else
    worker->datagram(message, from);
}

void Node::begin() {
  cluster->start();
  master->start();
  prober_->start();
}

void Node::stop() {
  api_->stop();
  worker->stop();
  cluster->stop();
  log.info("exo.main:main:305", "EXO Shutdown complete");
  io.stop();
}

void Node::run() {
  log_start(log, options, id);
  cluster->on_datagram = [this](const Json& message, const Address& from) { datagram(message, from); };
  log.info("logging:handle:1681", format("Running on http://0.0.0.0:{} (CTRL + C to quit)", options.listen.port));
  boost::asio::steady_timer late(io);
  if (const Fault* fault = faults.find("late")) {
    late.expires_after(std::chrono::milliseconds(static_cast<int>(fault->number("ms", 10'000))));
    late.async_wait([this](boost::system::error_code error) {
      if (!error) begin();
    });
  } else {
    begin();
  }
  if (!options.port_file.empty()) write_file(options.port_file, std::to_string(options.listen.port) + "\n");
  boost::asio::signal_set signals(io, SIGINT);
  if (options.ignore_sigterm)
    ::signal(SIGTERM, SIG_IGN);
  else
    signals.add(SIGTERM);
  signals.async_wait([this](boost::system::error_code error, int) {
    if (!error) stop();
  });
  io.run();
}

bool Node::stands_still_at(std::int64_t index) {
  const Fault* stale = faults.find("stale-view");
  return stale != nullptr && static_cast<double>(index) > stale->number("after", -1);
}

void Node::apply(std::int64_t index, const Json& event, std::string text) {
  if (stands_still_at(index)) return;
  const std::string tag = tag_of(event);
  const Json& body = body_of(event);
  std::string command;  // of a task that goes: the API knows commands only
  if (tag == "TaskDeleted") {
    const auto task = state.tasks.find(body["task_id"].get<std::string>());
    if (task != state.tasks.end()) command = body_of(*task).value("commandId", "");
  }
  events.add(index, std::move(text));
  state.apply(index, event);
  worker->state_changed(tag, body);
  if (tag == "ChunkGenerated") api_->chunk(body);
  if (!command.empty()) api_->task_deleted(command);
}

void Node::apply_text(std::int64_t index, std::string text) {
  if (stands_still_at(index)) return;
  state.apply_text(index, text);
  if (State::is_of_download(text)) worker->state_changed("NodeDownloadProgress", Json::object());
  events.add(index, std::move(text));
}

void Node::begin_session(bool is_master) {
  const bool is_main = options.is_main();
  if (!is_master) log.info(is_main ? "exo.api.main:reset:299" : "exo.api.main:reset:279", "Resetting API State");
  state = State(is_main);
  events.clear();
  worker->begin();
  api_->begin_session();
  prober_->begin();
  if (is_master) master->begin();
  log.info(is_main ? "exo.api.main:unpause:313" : "exo.api.main:unpause:293", "Unpausing API");
  gatherer->begin();
}

}  // namespace exo_harness::fake
