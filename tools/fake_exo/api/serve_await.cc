#include "exo_harness/core/format.h"

#include "api/api.h"
#include "api/validation.h"

namespace exo_harness::fake {
namespace {

/// One client that waits for an instance of a model (contract 13.1).
class Awaiting : public std::enable_shared_from_this<Awaiting> {
 public:
  Awaiting(Api& api, std::shared_ptr<Exchange> exchange, std::string model, double limit)
      : api_(api), exchange_(std::move(exchange)), model_(std::move(model)), limit_(limit), timer_(api.context().io) {}

  void start() {
    exchange_->begin("text/event-stream; charset=utf-8", true);
    exchange_->on_gone([self = shared_from_this()] { self->timer_.cancel(); });
    keep_alive();
    look();
  }

 private:
  void keep_alive() {
    exchange_->write(": keep-alive\n\n");
    alive_ = std::chrono::steady_clock::now();
  }

  void end(const Json& frame) {
    exchange_->write("data: " + text_of(frame) + "\n\n");
    exchange_->finish();
  }

  void look() {
    if (!exchange_->is_open()) return;
    for (const auto& [id, instance] : api_.context().state.instances.items())
      if (InstanceView{instance}.model() == model_) return end({{"type", "ready"}, {"instance", to_snake(instance)}});
    const auto now = std::chrono::steady_clock::now();
    // The limit is the client's, so it is not scaled.
    if (limit_ > 0 && std::chrono::duration<double>(now - began_).count() >= limit_)
      return end({{"type", "timeout"}, {"message", "No instance found for model " + model_}});
    if (now - alive_ >= api_.context().options.scaled(10, std::chrono::milliseconds(1000))) keep_alive();
    timer_.expires_after(std::chrono::milliseconds(10));
    timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (!error) self->look();
    });
  }

  Api& api_;
  std::shared_ptr<Exchange> exchange_;
  std::string model_;
  double limit_;
  boost::asio::steady_timer timer_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(), alive_ = began_;
};

}  // namespace

bool serve_await(Api& api, const Request& request, const std::shared_ptr<Exchange>& exchange) {
  if (request.path != "/instance/await" || request.method != "GET" || !api.context().options.is_main()) return false;
  Checked checked =
      check_query(request, {{"model_id", Field::Kind::text, true}, {"timeout_seconds", Field::Kind::number}});
  const double limit = checked.body.contains("timeout_seconds") && checked.body["timeout_seconds"].is_number()
                           ? checked.body["timeout_seconds"].get<double>()
                           : 0;
  auto out_of_range = [&](const char* type, const char* text, const char* key, double bound) {
    checked.detail.push_back({{"type", type},
                              {"loc", {"query", "timeout_seconds"}},
                              {"msg", text},
                              {"input", request.query.at("timeout_seconds")},
                              {"ctx", {{key, bound}}}});
  };
  if (limit < 0) out_of_range("greater_than_equal", "Input should be greater than or equal to 0", "ge", 0.0);
  if (limit > 300) out_of_range("less_than_equal", "Input should be less than or equal to 300", "le", 300.0);
  if (!checked.good()) return send_detail(*exchange, checked.detail), true;
  std::make_shared<Awaiting>(api, exchange, checked.body["model_id"], limit)->start();
  return true;
}

}  // namespace exo_harness::fake
