#pragma once

#include <memory>

#include "context.h"

namespace exo_harness::fake {

class Api;
class Prober;

/// One fake Exo node: its parts, put together.
class Node final : public Context {
 public:
  /// Fails: EnvironmentError when the address cannot be bound.
  explicit Node(Options given);
  ~Node() override;

  /// Runs until a signal ends it.
  void run();

  void apply(std::int64_t index, const Json& event, std::string text) override;
  bool stands_still_at(std::int64_t index);
  void apply_text(std::int64_t index, std::string text) override;
  void begin_session(bool is_master) override;

 private:
  void datagram(const Json& message, const Address& from);
  void begin();
  void stop();

  std::unique_ptr<Engine> own_engine_;
  std::unique_ptr<Cluster> own_cluster_;
  std::unique_ptr<Master> own_master_;
  std::unique_ptr<Worker> own_worker_;
  std::unique_ptr<Gatherer> own_gatherer_;
  std::unique_ptr<Prober> prober_;
  std::unique_ptr<Api> api_;
};

}  // namespace exo_harness::fake
