#include "fake_cluster.h"

#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/text.h"

namespace exo_harness::fake {

bool wait_until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

FakeCluster::FakeCluster(std::map<std::string, std::string> environment) {
  const std::filesystem::path urls = folder_.path() / "urls";
  environment.try_emplace("EXO_FAKE_SPEED", "0");
  environment["EXO_FAKE_BINARY"] = EXO_BIN_DIR "/fake_exo";
  environment["EXO_FAKE_URL_FILE"] = urls.string();
  environment["EXO_HARNESS_LOG_DIR"] = folder_.path().string();
  script_ = ::fork();
  if (script_ == 0) {
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    const int out = ::open((folder_.path() / "script.log").c_str(), O_CREAT | O_WRONLY, 0600);
    ::dup2(out, 1);
    ::dup2(out, 2);
    ::execl("/bin/bash", "bash", EXO_SOURCE_DIR "/tools/fake_exo/start-fake-cluster", nullptr);
    ::_exit(127);
  }
  if (!wait_until([&] { return std::filesystem::exists(urls) || ::waitpid(script_, nullptr, WNOHANG) != 0; }) ||
      !std::filesystem::exists(urls))
    throw HarnessError("the fake cluster did not start: " + read_file(folder_.path() / "script.log"), "see above");
  const std::string list = read_file(urls);
  for (std::string_view line : lines(list))
    if (!line.empty()) nodes_.push_back(parse_address(std::string(line.substr(7))));
}

FakeCluster::~FakeCluster() {
  ::kill(script_, SIGTERM);
  ::waitpid(script_, nullptr, 0);
}

std::string FakeCluster::log(std::size_t index) const {
  return read_file(folder_.path() / ("node" + std::to_string(index + 1)) / "exo.log");
}

void FakeCluster::fault(const std::string& spec) const {
  for (std::size_t i = 0; i < size(); ++i) fault(spec, i);
}

void FakeCluster::clear_faults() const {
  for (const Address& node : nodes_) wire_request(node, "DELETE", "/fake/fault");
}

bool FakeCluster::wait_formed(std::size_t nodes) const {
  return wait_until([&] {
    for (std::size_t i = 0; i < size(); ++i) {
      const Json state = this->state(i);
      if (!state.is_object() || state["topology"]["nodes"].size() != nodes || state["nodeMemory"].size() != nodes)
        return false;
      std::size_t edges = 0;
      for (const auto& [source, sinks] : state["topology"]["connections"].items())
        for (const auto& [sink, list] : sinks.items()) edges += list.front().contains("sinkMultiaddr");
      if (edges != nodes * (nodes - 1)) return false;
    }
    return true;
  });
}

void FakeCluster::delete_all() const {
  const Json before = state();
  for (const auto& [id, instance] : before["instances"].items()) wire_request(node(0), "DELETE", "/instance/" + id);
  wait_until([&] { return state()["instances"].empty(); });
}

std::string FakeCluster::place_only(const std::string& model, const std::string& sharding, const std::string& meta,
                                    int nodes) const {
  delete_all();
  post("/place_instance", {{"model_id", model}, {"sharding", sharding}, {"instance_meta", meta}, {"min_nodes", nodes}});
  std::string id;
  wait_until(
      [&] {
        const Json instances = state()["instances"];
        if (!instances.empty()) id = instances.begin().key();
        return !id.empty();
      },
      std::chrono::seconds(5));
  return id;
}

std::string FakeCluster::place(const std::string& model, const std::string& sharding, const std::string& meta,
                               int nodes) const {
  const std::string id = place_only(model, sharding, meta, nodes);
  const bool ready = !id.empty() && wait_until([&] {
    const std::vector<std::string> states = runner_states(id);
    return !states.empty() &&
           std::all_of(states.begin(), states.end(), [](const std::string& s) { return s == "RunnerReady"; });
  });
  return ready ? id : "";
}

std::vector<std::string> FakeCluster::runner_states(const std::string& instance) const {
  const Json state = this->state();
  std::vector<std::string> out;
  if (!state["instances"].contains(instance)) return out;
  for (const auto& [runner, shard] : body_of(state["instances"][instance])["shardAssignments"]["runnerToShard"].items())
    out.push_back(state["runners"].contains(runner) ? tag_of(state["runners"][runner]) : "(absent)");
  return out;
}

}  // namespace exo_harness::fake
