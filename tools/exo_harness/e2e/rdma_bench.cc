#include "rdma_bench.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"

#include "app/journal_tail.h"
#include "fake_control.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

constexpr milliseconds kRunLimit{30000}, kUpLimit{15000};

constexpr const char* kSpec = R"(nodes = {}
models = ["llama-3.2-1b"]
apis = ["{}"]
log_files = [{}]
[limits]
api = 5
discovery = 6
place = 10
connect = 10
load = 10
warm_up = 10
first_token = 10
generate = 10
remove = {}
)";

// Each line of the file, as `start-fake-cluster` writes it.
std::vector<std::string> lines_of(const fs::path& file) {
  const std::string text = read_file(file);
  std::vector<std::string> out;
  for (const auto line : lines(text)) {
    if (!trim(line).empty()) out.emplace_back(trim(line));
  }
  return out;
}

void must(const std::string& trouble) {
  if (!trouble.empty()) throw HarnessError(trouble, "mend the row");
}

bool begins(const journal::Record& record, const std::string& step) {
  const auto* started = std::get_if<journal::TestStarted>(&record.body);
  return started != nullptr && started->test == "Rdma." + step;
}

void read_steps(const fs::path& file, SeenRdma& seen) {
  for (const journal::Record& record : journal::read_journal(file).records) {
    if (const auto* made = std::get_if<journal::DiagnosisMade>(&record.body); made != nullptr && seen.phase.empty()) {
      seen.phase = to_string(made->phase), seen.signature = made->signature;
      if (made->blame) seen.blame = to_string(*made->blame);
    }
    const auto* ended = std::get_if<journal::TestEnded>(&record.body);
    if (ended == nullptr || !seen.step.empty()) continue;
    if (!ended->result || !is_good(*ended->result)) seen.step = ended->test.substr(5);
  }
}

}  // namespace

RdmaBench::RdmaBench(const RdmaCluster& cluster) : cluster_(cluster) {
  process::CommandOptions command;
  command.command = {std::string(EXO_BIN_DIR) + "/start-fake-cluster"};
  command.output = folder_.path() / "start.log";
  const fs::path urls = folder_.path() / "urls";
  command.environment = {{"EXO_HARNESS_NODES", std::to_string(cluster.nodes)},
                         {"EXO_HARNESS_LOG_DIR", (folder_.path() / "logs").string()},
                         {"EXO_FAKE_URL_FILE", urls.string()},
                         {"EXO_FAKE_GENERATION", cluster.generation},
                         {"EXO_FAKE_RDMA", cluster.rdma},
                         {"EXO_FAKE_FAULTS", cluster.faults},
                         {"EXO_FAKE_SPEED", format("{}", cluster.speed)}};
  script_.emplace(process::Child::start(command));
  const bool up = wait_until(Deadline::after(kUpLimit), milliseconds(20),
                             [&] { return fs::exists(urls) || script_->poll().has_value(); });
  if (!up || !fs::exists(urls)) throw HarnessError("the fake cluster did not come up", "see start-fake-cluster");
  apis_ = lines_of(urls);
  std::vector<std::string> logs;
  for (int node = 1; node <= cluster.nodes; ++node)
    logs.push_back(format("\"{}/logs/node{}/exo.log\"", folder_.path().string(), node));
  write_file(folder_.path() / "bench.toml",
             format(kSpec, cluster.nodes, apis_[0], join(logs, ", "), cluster.news_seconds));
}

RdmaBench::~RdmaBench() {
  script_->end(milliseconds(3000));
}

void RdmaBench::set_fault(const std::string& fault) {
  const std::size_t at = fault.find('@');
  const bool one = at == 1;
  for (std::size_t node = 0; node < apis_.size(); ++node) {
    if (!one || fault[0] - '1' == static_cast<int>(node))
      must(tools::set_fault(apis_[node], one ? fault.substr(2) : fault));
  }
}

SeenRdma RdmaBench::run(const RdmaRow& row) {
  for (const std::string& fault : row.faults) set_fault(fault);
  const fs::path runs = folder_.path() / row.name;
  process::CommandOptions command;
  command.command = {std::string(EXO_BIN_DIR) + "/exo-harness",
                     "rdma",
                     "--cluster",
                     (folder_.path() / "bench.toml").string(),
                     "--out",
                     runs.string(),
                     "--repeat",
                     "5",
                     "--settle",
                     "0"};
  command.command.insert(command.command.end(), row.arguments.begin(), row.arguments.end());
  fs::create_directories(runs);
  command.output = runs / "output.txt";
  const Clock::time_point begun = Clock::now();
  process::Child child = process::Child::start(command);
  JournalTail tail(runs / "latest" / "journal.jsonl");
  std::string late = row.late_fault;
  std::optional<process::ExitStatus> status;
  for (const Deadline deadline = Deadline::after(kRunLimit); !status && !deadline.expired();) {
    status = child.wait(deadline.within(milliseconds(10)));
    if (late.empty()) continue;
    const auto records = tail.read_new();
    if (std::any_of(records.begin(), records.end(), [&](const auto& r) { return begins(r, row.late_step); })) {
      set_fault(late);
      late.clear();
    }
  }
  SeenRdma seen;
  seen.seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  seen.output = read_file(command.output);
  seen.exit_code = status ? status->code : -1;
  if (!late.empty()) seen.output += "the time for the late fault never came\n";
  if (!status || status->signal != 0) seen.output += "the run did not end by itself\n";
  if (fs::exists(runs / "latest" / "verdict.json")) {
    seen.verdict = nlohmann::json::parse(read_file(runs / "latest" / "verdict.json")).at("verdict");
    read_steps(runs / "latest" / "journal.jsonl", seen);
  }
  for (const std::string& api : apis_) {
    if (row.late_fault.find("node-dies") == std::string::npos) must(clear_faults(api));
  }
  return seen;
}

}  // namespace exo_harness::tools
