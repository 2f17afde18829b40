#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exo_harness/core/deadline.h"
#include "exo_harness/core/outcome.h"
#include "exo_harness/exo/chat.h"
#include "exo_harness/exo/placement.h"
#include "exo_harness/exo/state.h"
#include "exo_harness/exo/topology.h"
#include "exo_harness/http/client.h"

namespace exo_harness::exo {

/// One HTTP exchange, as the journal and the report want it.
struct Exchange {
  http::Request request;
  int status = 0;             ///< 0: no answer.
  std::string response_body;  ///< Streams too; at most 256 KiB, head and tail kept.
  std::uint64_t response_bytes = 0;
  http::Timing timing;
  std::optional<Failure> failure;  ///< What was wrong with it; nothing when all was well.
  int token_events = -1;           ///< Of a stream of a chat: those that came; -1: of anything else.
};

/// Whether a request that waits can still be answered; a failure says why not.
using GiveUp = std::function<std::optional<Failure>()>;

struct SeenVersion;
class StateMemory;

/// Whether a failure of a call is Exo's no to what was asked, HTTP 4xx: a server that breaks (5xx) refuses nothing.
bool is_refusal(const Failure& failure);

/// Speaks to the API of one node, any generation.
///
/// Every call takes a deadline and gives a value or what went wrong with it: `refused` with Exo's own text for 4xx and
/// 5xx (contract 10), `empty_answer` for a 200 without a body, `error_in_200`, `truncated` (no finish reason or no
/// `[DONE]`), `stalled` (only keep-alives for `Options::token_silence`), `malformed`, `unreachable`, `timed_out` (the
/// deadline, or no byte of a stream for `Options::byte_silence`: dead transport).
/// Threads: any number may use one Client.
class Client {
 public:
  struct Options {
    std::function<void(const Exchange&)> on_exchange;  ///< Called after each exchange, on the caller's thread.
    milliseconds byte_silence{25000};                  ///< No byte for so long: dead transport (contract 7).
    milliseconds token_silence{60000};  ///< No token and no progress for so long, whatever keep-alives say: stalled.
    /// Called as each generation begins. What it gives is asked ten times a second while the generation waits, on the
    /// caller's thread; its first failure ends the waiting and is the outcome.
    std::function<GiveUp(const std::string& model_id)> give_up;
    std::shared_ptr<StateMemory> memory;  ///< Shared by the clients of one cluster; null: nothing is remembered.
  };
  /// `base_url`: `http://10.0.0.1:52415`, with or without a slash at the end.
  explicit Client(std::string base_url);
  Client(std::string base_url, Options options);
  ~Client();
  Client(Client&&) noexcept;

  const std::string& base_url() const;

  Outcome<std::string> node_id(Deadline deadline);
  /// Number of the last event that this node's state has applied: `State::last_event_index`, without the rest.
  Outcome<std::int64_t> last_event_index(Deadline deadline);
  /// What this node is, by the signs of contract 13.2 (exo/version.h); asked once, then kept.
  Outcome<SeenVersion> version(Deadline deadline);
  /// The recorded API that this comes to; `unknown` when the signs contradict one another, or when it is none.
  Outcome<Generation> generation(Deadline deadline);
  Outcome<State> state(Deadline deadline);
  /// Of the state only who is in the cluster and who reaches whom: for looking at many nodes.
  Outcome<TopologyView> topology(Deadline deadline);
  Outcome<std::vector<ModelInfo>> models(Deadline deadline, bool downloaded_only = false);
  Outcome<std::vector<Preview>> previews(std::string_view model_id, Deadline deadline);
  /// `GET /instance/placement`: what a placement would become; nothing is created. The way to a refusal's reason.
  Outcome<Instance> preview_placement(const PlacementRequest& request, Deadline deadline);
  /// `POST /place_instance`. Success says only that the command was received.
  Outcome<CommandReply> place(const PlacementRequest& request, Deadline deadline);
  Outcome<Instance> instance(std::string_view instance_id, Deadline deadline);
  Outcome<CommandReply> delete_instance(std::string_view instance_id, Deadline deadline);
  Outcome<ChatAnswer> chat(const ChatRequest& request, Deadline deadline);
  /// `on_token` is called at each token-bearing event and may end the stream (then the stream so far is the value).
  /// `seen` gets what came, also when the call fails.
  Outcome<ChatStream> stream_chat(const ChatRequest& request, Deadline deadline,
                                  const std::function<http::Continue(const StreamTrace&)>& on_token = {},
                                  ChatStream* seen = nullptr);
  Outcome<ChatAnswer> bench(const ChatRequest& request, Deadline deadline);
  /// main only. Fails: `mismatch` on v1.0.71, which answers JSON whatever was asked (contract 8).
  Outcome<ChatStream> stream_bench(const ChatRequest& request, Deadline deadline,
                                   const std::function<http::Continue(const StreamTrace&)>& on_token = {},
                                   ChatStream* seen = nullptr);
  Outcome<CommandReply> cancel(std::string_view command_id, Deadline deadline);
  /// `GET /events`: the kinds of all events of this master session, in order.
  Outcome<std::vector<std::string>> event_kinds(Deadline deadline);
  /// `GET /events`, applied one after another: `seen` gets the instances and runners as they were after each event
  /// about them behind event number `after` (`State::last_event_index`; -1: all of them), also those that were there
  /// too short for a look at `/state`. The rest of that state is empty. The
  /// answer grows with the master session, one event a token (contract 3): for looking back after a failure, not for
  /// watching.
  Outcome<Done> replay_events(std::int64_t after, const std::function<void(const State&)>& seen, Deadline deadline);
  /// Any request; the reply as it is. For what has no typed call. `path` begins with `/`.
  Outcome<http::Reply> raw(std::string_view method, std::string_view path, std::string_view body, Deadline deadline,
                           const http::Headers& headers = {});

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace exo_harness::exo
