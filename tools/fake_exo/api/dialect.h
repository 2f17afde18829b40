#pragma once

#include <memory>
#include <string>

#include "api/api.h"
#include "api/chat_request.h"
#include "api/validation.h"
#include "world/ids.h"

namespace exo_harness::fake {

/// What the other dialects have in common (contract 9).
class DialectWriter : public ChatWriter {
 public:
  DialectWriter(std::shared_ptr<ChatAnswer> answer, bool stream) : answer_(std::move(answer)), stream_(stream) {}
  void cut(Exchange& exchange) override { exchange.finish(); }
  /// The comments of a chat stream are not sent here.
  bool is_stream() const override { return false; }

 protected:
  std::size_t tokens(const char* which) const {
    return collected_.usage.is_object() ? collected_.usage[which].get<std::size_t>() : 0;
  }

  std::shared_ptr<ChatAnswer> answer_;
  bool stream_;
  CollectedAnswer collected_;
};

/// Answers `chat`, a request as `/v1/chat/completions` has it, through a `Writer(answer, more…)`; 404 when the model is
/// not placed.
template <class Writer, class... More>
void answer_chat(Api& api, const std::shared_ptr<Exchange>& exchange, const Json& chat, More... more) {
  const std::string model = chat["model"];
  if (!api.has_instance_of(model)) return send_error(*exchange, 404, "No instance found for model " + model);
  const bool is_main = api.context().options.is_main();
  auto answer = std::make_shared<ChatAnswer>(ChatAnswer{"", model, now_unix(), is_main});
  Json plain = chat;  // thoughts and calls in these dialects were not recorded
  plain["enable_thinking"] = false;
  plain.erase("tools");
  std::make_shared<ChatRequest>(api, exchange, std::make_unique<Writer>(answer, more...))
      ->start(task_params_of_chat(plain, false, is_main),
              [answer](const std::string& command) { answer->id = command; });
}

}  // namespace exo_harness::fake
