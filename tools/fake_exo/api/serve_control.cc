#include <csignal>

#include <unistd.h>

#include "exo_harness/core/error.h"

#include "api/api.h"
#include "api/validation.h"
#include "membership/cluster.h"
#include "membership/gatherer.h"
#include "runner/runner.h"
#include "runner/worker.h"

namespace exo_harness::fake {
namespace {

Json describe(Api& api) {
  Context& context = api.context();
  Json runners = Json::array(), known = Json::object();
  for (const auto& runner : context.worker->runners())
    runners.push_back(
        {{"runner_id", runner->id()}, {"rank", runner->rank()}, {"status", runner->status()}, {"pid", runner->pid()}});
  for (const auto& [name, meaning] : Faults::known()) known[name] = meaning;
  return {{"fake", true},
          {"pid", ::getpid()},
          {"node_id", context.id},
          {"master", context.cluster->master()},
          {"generation", to_string(context.options.generation)},
          {"speed", context.options.speed},
          {"rdma", context.options.rdma},
          {"faults", context.faults.describe()},
          {"runners", runners},
          {"known_faults", known}};
}

/// Faults that act at once and not when something else happens.
void act(Api& api, const Fault& fault) {
  const auto delay =
      std::chrono::milliseconds(static_cast<int>(fault.name == "node-freezes" ? 0 : fault.number("ms", 0)));
  auto timer = std::make_shared<boost::asio::steady_timer>(api.context().io, delay + std::chrono::milliseconds(20));
  timer->async_wait([timer, fault, &api](boost::system::error_code error) {
    if (error) return;
    if (fault.name == "node-dies") ::_exit(137);
    if (fault.name == "missing-model") api.context().gatherer->report_downloads();
    if (fault.name != "node-freezes") return;
    // A process cannot continue itself: a child wakes it, when it is to be woken.
    const int ms = static_cast<int>(fault.number("ms", 0));
    const pid_t self = ::getpid();
    if (ms > 0 && ::fork() == 0) {
      ::usleep(static_cast<useconds_t>(ms) * 1000);
      ::kill(self, SIGCONT);
      ::_exit(0);
    }
    ::kill(self, SIGSTOP);
  });
}

void add(Api& api, const Request& request, Exchange& exchange) {
  const Json body = Json::parse(request.body, nullptr, false);
  const std::string spec = body.is_object() && body.contains("fault") && body["fault"].is_string()
                               ? body["fault"].get<std::string>()
                               : request.body;
  try {
    const int id = api.context().faults.add(spec);
    const Fault* fault = nullptr;
    api.context().faults.any_of(spec.substr(0, spec.find(':')),
                                [&](const Fault& each) { return each.id == id ? (fault = &each, true) : false; });
    if (fault) act(api, *fault);
    exchange.send_json(200, {{"id", id}, {"faults", api.context().faults.describe()}});
  } catch (const UsageError& error) {
    exchange.send_json(400, {{"error", error.what()}, {"advice", error.advice()}});
  }
}

}  // namespace

bool serve_control(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  if (request.path == "/fake" && request.method == "GET")
    exchange->send_json(200, describe(api));
  else if (request.path == "/fake/fault" && request.method == "POST")
    add(api, request, *exchange);
  else if (request.path == "/fake/fault" && request.method == "DELETE") {
    api.context().faults.clear();
    exchange->send_json(200, {{"faults", Json::array()}});
  } else if (request.path.rfind("/fake/fault/", 0) == 0 && request.method == "DELETE") {
    const bool found = api.context().faults.remove(std::atoi(request.path.c_str() + 12));
    exchange->send_json(found ? 200 : 404, {{"faults", api.context().faults.describe()}});
  } else
    return false;
  return true;
}

}  // namespace exo_harness::fake
