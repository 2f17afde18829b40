#include "exo_harness/exo/client.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "exo_harness/core/excerpt.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/number.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/chat_follower.h"
#include "exo_harness/exo/state_memory.h"
#include "exo_harness/exo/version.h"
#include "exo_harness/http/escape.h"

#include "chat_stream.h"
#include "parse.h"
#include "refusal.h"

namespace exo_harness::exo {

namespace {

constexpr milliseconds kSignLimit{2000}, kGiveUpEvery{100};
// A state of 128 nodes with a hundred models each is about 20 MB; the events of 100,000 tokens are 40 MB.
constexpr std::uint64_t kLongestState = 24u << 20, kLongestEvents = 48u << 20;

/// The name of a model, whose `/` Exo wants as it is.
std::string encoded_model(std::string_view model_id) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(model_id, '/')) parts.push_back(http::percent_encoded(part));
  return join(parts, "/");
}

/// Ends the waiting of one generation when it cannot be answered any more.
class LivenessWatch {
 public:
  explicit LivenessWatch(GiveUp give_up) : give_up_(std::move(give_up)) {}

  Deadline until(Deadline inactivity) {
    if (!give_up_) return inactivity;
    if (!lost_) lost_ = give_up_();
    const auto now = Clock::now();
    return Deadline(lost_ ? now : std::min(inactivity.at(), now + kGiveUpEvery));
  }
  /// Puts the reason in the place of the silence that it explains.
  void explain(http::Transfer& transfer) const {
    if (!lost_ || !transfer.failure || transfer.failure->kind != FailureKind::stalled) return;
    transfer.failure = Failure{lost_->kind, lost_->what, lost_->evidence + "\n" + transfer.failure->evidence};
  }

 private:
  GiveUp give_up_;
  std::optional<Failure> lost_;
};

}  // namespace

struct Client::Impl {
  Impl(std::string url, Options o) : base_url(without_slash(std::move(url))), options(std::move(o)) {}

  http::Request request(std::string_view method, std::string_view path, std::string_view body = "") const {
    return {std::string(method), base_url + std::string(path), std::string(body), {}};
  }
  http::Request get(std::string_view path, std::uint64_t longest) const {
    http::Request get = request("GET", path);
    get.most_kept = longest;
    return get;
  }

  LivenessWatch watch_of(const ChatRequest& request) const {
    return LivenessWatch(options.give_up ? options.give_up(request.model) : GiveUp());
  }

  /// One exchange whose whole body `read` understands.
  template <class Read>
  auto call(const http::Request& req, Deadline deadline, Read read, LivenessWatch watch = LivenessWatch({}))
      -> decltype(read(std::string_view())) {
    http::Transfer transfer = http.transfer(req, deadline, {}, [&] { return watch.until(deadline); });
    watch.explain(transfer);
    auto outcome = judge(req, transfer, read);
    Excerpt excerpt;
    excerpt.add(transfer.reply.body);
    report(req, transfer, excerpt, failure_of(outcome));
    return outcome;
  }

  template <class Read>
  static auto judge(const http::Request& req, const http::Transfer& transfer, Read read)
      -> decltype(read(std::string_view())) {
    if (transfer.failure) return *transfer.failure;
    if (auto no = refusal(req, transfer.reply)) return std::move(*no);
    if (trim(transfer.reply.body).empty()) {
      return Failure{
          FailureKind::empty_answer,
          format("{} {}: 200 with an empty body; Exo answers so when the runner failed", req.method, req.url), ""};
    }
    auto outcome = read(std::string_view(transfer.reply.body));
    if (outcome.ok()) return outcome;
    return with_subject(req, outcome.failure());
  }

  Outcome<ChatStream> stream(const http::Request& req, Deadline deadline, const ChatStreamReader::OnToken& on_token,
                             ChatStream* seen, LivenessWatch watch) {
    ChatStreamReader reader({options.byte_silence, options.token_silence}, on_token);
    Excerpt excerpt;
    const http::Sink sink = [&](std::string_view bytes, std::int64_t at_ns) {
      excerpt.add(bytes);
      return reader.feed(bytes, at_ns);
    };
    http::Transfer transfer =
        http.transfer(req, deadline, sink, [&] { return watch.until(reader.inactivity_limit()); });
    watch.explain(transfer);
    excerpt.add(transfer.reply.body);
    const int token_events = reader.token_events();
    auto outcome = judge_stream(req, transfer, reader, seen);
    report(req, transfer, excerpt, failure_of(outcome), token_events);
    return outcome;
  }

  template <class T>
  static std::optional<Failure> failure_of(const Outcome<T>& outcome) {
    return outcome.ok() ? std::nullopt : std::optional(outcome.failure());
  }

  void report(const http::Request& req, const http::Transfer& transfer, const Excerpt& body,
              std::optional<Failure> failure, int token_events = -1) const {
    if (!options.on_exchange) return;
    const http::Reply& reply = transfer.reply;
    options.on_exchange(
        {req, reply.status, body.text(), reply.body_bytes, reply.timing, std::move(failure), token_events});
  }

  const std::string base_url;
  const Options options;
  http::Client http;
  std::mutex mutex;
  std::optional<SeenVersion> version;
  std::atomic<Generation> seen_in_state{Generation::unknown};  ///< What the last state said by its keys.
};

Client::Client(std::string base_url) : Client(std::move(base_url), Options{}) {}
Client::Client(std::string base_url, Options options)
    : impl_(std::make_unique<Impl>(std::move(base_url), std::move(options))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

const std::string& Client::base_url() const {
  return impl_->base_url;
}

Outcome<std::string> Client::node_id(Deadline deadline) {
  return impl_->call(impl_->request("GET", "/node_id"), deadline, parse_node_id);
}

Outcome<std::int64_t> Client::last_event_index(Deadline deadline) {
  const auto parse = [](std::string_view body) -> Outcome<std::int64_t> {
    const std::string_view text = trim(body);
    const auto index = whole_number<std::int64_t>(text);
    if (!index || *index < -1)
      return Failure{FailureKind::malformed, "lastEventAppliedIdx is no number of an event",
                     shorten(printable(text), 200)};
    return *index;
  };
  return impl_->call(impl_->request("GET", "/state/lastEventAppliedIdx"), deadline, parse);
}

Outcome<SeenVersion> Client::version(Deadline deadline) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->version) return *impl_->version;
  }
  SeenVersion seen;
  const auto ask = [&](std::string_view path,
                       std::optional<VersionSign> (*read)(std::string_view)) -> std::optional<Failure> {
    const auto reply = raw("GET", path, "", deadline.within(kSignLimit));
    if (!reply) return reply.failure();
    if (reply->status != 200) return std::nullopt;
    if (const auto sign = read(reply->body)) seen.signs.push_back(*sign);
    return std::nullopt;
  };
  const auto of_id = [](std::string_view body) {
    const auto id = parse_node_id(body);
    return id ? sign_of_node_id(*id) : std::nullopt;
  };
  if (const auto failure = ask("/openapi.json", sign_of_openapi)) return *failure;
  if (const auto failure = ask("/ollama/api/version", sign_of_ollama_version)) return *failure;
  if (const auto failure = ask("/node_id", of_id)) return *failure;
  if (impl_->seen_in_state == Generation::unknown) {
    const auto topology_seen = topology(deadline.within(kSignLimit));
    if (!topology_seen) return topology_seen.failure();
  }
  seen.signs.push_back(sign_of_state(impl_->seen_in_state != Generation::v1_0_71));
  const std::lock_guard lock(impl_->mutex);
  impl_->version = std::move(seen);
  return *impl_->version;
}

Outcome<Generation> Client::generation(Deadline deadline) {
  const auto seen = version(deadline);
  if (!seen) return seen.failure();
  return seen->generation();
}

Outcome<State> Client::state(Deadline deadline) {
  auto state = impl_->call(impl_->get("/state", kLongestState), deadline, [&](std::string_view body) {
    return impl_->options.memory ? parse_state(body, *impl_->options.memory) : parse_state(body);
  });
  if (state) impl_->seen_in_state = state->generation;
  return state;
}

Outcome<TopologyView> Client::topology(Deadline deadline) {
  StateMemory none;
  StateMemory& memory = impl_->options.memory ? *impl_->options.memory : none;
  auto view = impl_->call(impl_->get("/state", kLongestState), deadline,
                          [&](std::string_view body) { return parse_topology(body, memory); });
  if (view) impl_->seen_in_state = view->generation;
  return view;
}

Outcome<std::vector<ModelInfo>> Client::models(Deadline deadline, bool downloaded_only) {
  const auto path = downloaded_only ? "/models?status=downloaded" : "/models";
  return impl_->call(impl_->request("GET", path), deadline, parse_models);
}

Outcome<std::vector<Preview>> Client::previews(std::string_view model_id, Deadline deadline) {
  const auto request = impl_->request("GET", "/instance/previews?model_id=" + encoded_model(model_id));
  return impl_->call(request, deadline, parse_previews);
}

Outcome<Instance> Client::preview_placement(const PlacementRequest& p, Deadline deadline) {
  const auto path = format("/instance/placement?model_id={}&sharding={}&instance_meta={}&min_nodes={}",
                           encoded_model(p.model_id), to_string(p.sharding), to_string(p.comm), p.min_nodes);
  return impl_->call(impl_->request("GET", path), deadline, parse_instance);
}

Outcome<CommandReply> Client::place(const PlacementRequest& request, Deadline deadline) {
  const auto post = impl_->request("POST", "/place_instance", write_placement(request));
  return impl_->call(post, deadline, parse_command_reply);
}

Outcome<Instance> Client::instance(std::string_view instance_id, Deadline deadline) {
  return impl_->call(impl_->request("GET", "/instance/" + http::percent_encoded(instance_id)), deadline,
                     parse_instance);
}

Outcome<CommandReply> Client::delete_instance(std::string_view instance_id, Deadline deadline) {
  return impl_->call(impl_->request("DELETE", "/instance/" + http::percent_encoded(instance_id)), deadline,
                     parse_command_reply);
}

Outcome<ChatAnswer> Client::chat(const ChatRequest& request, Deadline deadline) {
  const auto post = impl_->request("POST", "/v1/chat/completions", write_chat(request, false));
  return impl_->call(post, deadline, parse_chat, impl_->watch_of(request));
}

Outcome<ChatStream> Client::stream_chat(const ChatRequest& request, Deadline deadline,
                                        const std::function<http::Continue(const StreamTrace&)>& on_token,
                                        ChatStream* seen) {
  return impl_->stream(streamed_chat(impl_->base_url, request), deadline, on_token, seen, impl_->watch_of(request));
}

Outcome<ChatAnswer> Client::bench(const ChatRequest& request, Deadline deadline) {
  const auto post = impl_->request("POST", "/bench/chat/completions", write_chat(request, false));
  return impl_->call(post, deadline, parse_chat, impl_->watch_of(request));
}

Outcome<ChatStream> Client::stream_bench(const ChatRequest& request, Deadline deadline,
                                         const std::function<http::Continue(const StreamTrace&)>& on_token,
                                         ChatStream* seen) {
  return impl_->stream(streamed_chat(impl_->base_url, request, true), deadline, on_token, seen,
                       impl_->watch_of(request));
}

Outcome<CommandReply> Client::cancel(std::string_view command_id, Deadline deadline) {
  return impl_->call(impl_->request("POST", "/v1/cancel/" + http::percent_encoded(command_id)), deadline,
                     parse_command_reply);
}

Outcome<std::vector<std::string>> Client::event_kinds(Deadline deadline) {
  return impl_->call(impl_->get("/events", kLongestEvents), deadline, parse_event_kinds);
}

Outcome<Done> Client::replay_events(std::int64_t after, const std::function<void(const State&)>& seen,
                                    Deadline deadline) {
  return impl_->call(impl_->get("/events", kLongestEvents), deadline,
                     [&](std::string_view body) { return exo::replay_events(body, after, seen); });
}

Outcome<http::Reply> Client::raw(std::string_view method, std::string_view path, std::string_view body,
                                 Deadline deadline, const http::Headers& headers) {
  auto request = impl_->request(method, path, body);
  request.headers.insert(request.headers.end(), headers.begin(), headers.end());
  http::Transfer transfer = impl_->http.transfer(request, deadline);
  Excerpt excerpt;
  excerpt.add(transfer.reply.body);
  impl_->report(request, transfer, excerpt, transfer.failure);
  if (transfer.failure) return std::move(*transfer.failure);
  return std::move(transfer.reply);
}

}  // namespace exo_harness::exo
