#include "exo_harness/http/client.h"

#include <mutex>

#include "exo_harness/core/text.h"

#include "exchange.h"

namespace exo_harness::http {

namespace {

constexpr std::size_t kIdleLanes = 16;

Outcome<Reply> outcome_of(Transfer transfer) {
  if (transfer.failure) return std::move(*transfer.failure);
  return std::move(transfer.reply);
}

}  // namespace

std::string_view Reply::header(std::string_view name) const {
  const std::string wanted = to_lower(name);
  for (const auto& [key, value] : headers) {
    if (to_lower(key) == wanted) return value;
  }
  return {};
}

struct Client::Impl {
  explicit Impl(Limits l) : limits(l) {}

  std::unique_ptr<Lane> take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) return nullptr;
    auto lane = std::move(idle.back());
    idle.pop_back();
    return lane;
  }
  void give_back(std::unique_ptr<Lane> lane) {
    const std::lock_guard lock(mutex);
    if (idle.size() < kIdleLanes) idle.push_back(std::move(lane));
  }

  const Limits limits;
  std::mutex mutex;
  std::vector<std::unique_ptr<Lane>> idle;
};

Client::Client() : Client(Limits{}) {}
Client::Client(Limits limits) : impl_(std::make_unique<Impl>(limits)) {}
Client::~Client() = default;

Transfer Client::transfer(const Request& request, Deadline deadline, const Sink& sink,
                          const InactivityLimit& inactivity) {
  std::unique_ptr<Lane> lane = impl_->take();
  if (!lane) lane = std::make_unique<Lane>();
  Transfer transfer = Exchange(lane->easy(), impl_->limits, request, sink).run(lane->multi(), deadline, inactivity);
  impl_->give_back(std::move(lane));
  return transfer;
}

Outcome<Reply> Client::perform(const Request& request, Deadline deadline) {
  return outcome_of(transfer(request, deadline));
}

Outcome<Reply> Client::stream(const Request& request, Deadline deadline, const Sink& sink) {
  return outcome_of(transfer(request, deadline, sink));
}

}  // namespace exo_harness::http
