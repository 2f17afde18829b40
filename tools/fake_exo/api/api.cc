#include "api/api.h"

#include "api/validation.h"
#include "membership/cluster.h"
#include "world/ids.h"

namespace exo_harness::fake {

Api::Api(Context& context)
    : context_(context),
      server_(
          context.io,
          [this](const Request& request, std::shared_ptr<Exchange> exchange) {
            const std::string& basic = context_.options.basic;
            const bool may = basic.empty() || request.authorization == "Basic " + basic;
            may ? handle(request, std::move(exchange)) : exchange->send(401, "text/plain", "who are you?");
          },
          [this](boost::asio::ip::tcp::socket socket, std::string rest) {
            context_.cluster->accept(std::move(socket), std::move(rest));
          }) {}

void Api::listen() {
  server_.listen(context_.options.listen);
}

void Api::later(double seconds, std::function<void()> next, int least_ms) {
  auto timer = std::make_shared<boost::asio::steady_timer>(
      context_.io, context_.options.scaled(seconds, std::chrono::milliseconds(least_ms)));
  timer->async_wait([timer, next = std::move(next)](boost::system::error_code error) {
    if (!error) next();
  });
}

/// Faults of the API itself. Whether the answer was taken over.
bool Api::fault(const Request& request, const std::shared_ptr<Exchange>& exchange) {
  const std::map<std::string, std::string> args = {{"path", request.path}};
  if (context_.faults.take("api-silent", args)) return true;
  if (context_.faults.take("garbage", args))
    return exchange->send(200, "application/json", "{\"instances\": <garbage \x01\xff", ""), true;
  if (const auto status = context_.faults.take("status", args))
    return send_error(*exchange, static_cast<int>(status->number("code", 500)), status->arg("text", "injected")), true;
  return false;
}

void Api::handle(const Request& request, std::shared_ptr<Exchange> exchange) {
  if (serve_control(*this, request, exchange) || fault(request, exchange)) return;
  const auto slow = context_.faults.take("slow-api", {{"path", request.path}});
  if (!slow) return route(request, exchange);
  auto timer = std::make_shared<boost::asio::steady_timer>(
      context_.io, std::chrono::milliseconds(static_cast<int>(slow->number("ms", 1000))));
  timer->async_wait([this, timer, request, exchange](boost::system::error_code error) {
    if (!error) route(request, exchange);
  });
}

void Api::route(const Request& request, std::shared_ptr<Exchange> exchange) {
  const bool is_preflight = request.method == "OPTIONS" && !request.origin.empty() && !request.asked_method.empty();
  if (is_preflight) return exchange->send_preflight(request);
  for (const auto& serve : {serve_state, serve_chat, serve_await, serve_instances, serve_ollama, serve_dialects})
    if (serve(*this, request, exchange)) return;
  // What is no route is taken for a file of the dashboard, which is read only.
  if (request.method == "GET" || request.method == "HEAD")
    exchange->send_json(404, {{"detail", "Not Found"}});
  else
    exchange->send(405, "application/json", R"({"detail":"Method Not Allowed"})", "allow: GET, HEAD\r\n");
}

bool Api::has_instance_of(const std::string& model) const {
  for (const auto& [id, instance] : context_.state.instances.items())
    if (InstanceView{instance}.model() == model) return true;
  return false;
}

std::string Api::generate(const Json& task_params, std::shared_ptr<ChunkSink> sink) {
  const std::string command = new_uuid();
  sinks_[command] = std::move(sink);
  context_.cluster->command({{"TextGeneration", {{"command_id", command}, {"task_params", task_params}}}});
  return command;
}

void Api::cancel(const std::string& command) {
  if (sinks_.erase(command) == 0) return;
  context_.cluster->command({{"TaskCancelled", {{"command_id", new_uuid()}, {"cancelled_command_id", command}}}});
}

void Api::cancel_command(const std::string& command) {
  const auto found = sinks_.find(command);
  if (found == sinks_.end()) return;
  const auto sink = found->second;
  cancel(command);
  sink->ended();
}

void Api::finished(const std::string& command) {
  if (sinks_.erase(command) == 0) return;
  context_.cluster->command({{"TaskFinished", {{"command_id", new_uuid()}, {"finished_command_id", command}}}});
}

void Api::chunk(const Json& body) {
  const auto sink = sinks_.find(body["command_id"].get<std::string>());
  if (sink == sinks_.end()) return;
  const auto keep = sink->second;
  keep->chunk(body["chunk"]);
}

void Api::task_deleted(const std::string& command) {
  const auto found = sinks_.find(command);
  if (found == sinks_.end()) return;
  const auto sink = found->second;
  sinks_.erase(found);
  sink->ended();
}

void Api::begin_session() {
  for (const auto& [command, sink] : std::exchange(sinks_, {})) sink->ended();
}

}  // namespace exo_harness::fake
