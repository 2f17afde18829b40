#include "broken_run.h"

#include <functional>

#include <nlohmann/json.hpp>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/child.h"

#include "app/journal_tail.h"
#include "cluster/fake_address.h"
#include "fake_control.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

constexpr milliseconds kRunLimit{170000};
constexpr const char* kJoin = "foreign-node";
constexpr const char* kLimits = R"([limits]
start = 10
api = 5
discovery = 4
place = 2
connect = {0}
load = {0}
warm_up = {0}
first_token = 2
generate = 3
remove = 3
stop = 5
)";

bool has_foreign_node(const BrokenRun& row) {
  return row.foreign != Foreign::none;
}

// Of the third node; the others are on the API that the spec names and beside it.
std::string foreign_api(const FakeAddress& address) {
#ifdef __linux__
  return format("http://127.0.0.13:{}", address.port);
#else
  return format("http://127.0.0.1:{}", address.port + 2);
#endif
}

std::string start_with_foreign_node(const BrokenRun& row, const FakeAddress& address) {
  const char* fault = row.foreign == Foreign::from_the_begin ? kJoin : "";
  return format(
      "start_script = \"{}/tools/exo_harness/e2e/start-with-foreign-node\"\napis = [\"{}\"]\n[env]\n"
      "EXO_FAKE_PORT = \"{}\"\nEXO_FAKE_SPEED = \"0\"\nFOREIGN_FAULT = \"{}\"\nBIN = \"{}\"\n",
      EXO_SOURCE_DIR, address.apis.front(), address.port, fault, EXO_BIN_DIR);
}

fs::path write_spec(const BrokenRun& row, const fs::path& folder, const FakeAddress& address) {
  std::string text =
      format("nodes = 2\nmodels = [\"{}\"]\nplacements = [\"{}\"]\nspeed = {}\n", row.model, row.placement, row.speed);
  text += has_foreign_node(row) ? start_with_foreign_node(row, address) : "[env]\n";
  text += format("EXO_FAKE_FAULTS = \"{}\"\nEXO_FAKE_RDMA = \"{}\"\n{}", row.faults, row.rdma,
                 format(kLimits, row.speed > 0 ? 8 : 2));
  if (!row.memory.empty()) text.insert(text.find("EXO_FAKE_FAULTS"), format("EXO_FAKE_MEMORY = \"{}\"\n", row.memory));
  if (!row.generation.empty())
    text.insert(text.find("EXO_FAKE_FAULTS"), format("EXO_FAKE_GENERATION = \"{}\"\n", row.generation));
  write_file(folder / "broken.toml", text + row.tables);
  return folder / "broken.toml";
}

bool is_running_runner(const journal::Record& record) {
  const auto* change = std::get_if<journal::StateChange>(&record.body);
  return change != nullptr && change->part == "runner" && change->to == "RunnerRunning";
}

bool is_begin_of_suite(const journal::Record& record) {
  return std::holds_alternative<journal::SuiteStarted>(record.body);
}

// Sets the fault of `row` that has to wait for something, as soon as that is in the journal.
class LateFault {
 public:
  LateFault(const BrokenRun& row, const fs::path& journal, const FakeAddress& address)
      : row_(row), tail_(journal), foreign_api_(foreign_api(address)) {}
  bool wanted() const { return !row_.fault_on_running.empty() || row_.foreign == Foreign::with_the_suite; }
  void look() {
    for (const journal::Record& record : tail_.read_new()) {
      if (const auto* node = std::get_if<journal::NodeSeen>(&record.body)) second_api_ = node->api;
      if (done_) continue;
      if (!row_.fault_on_running.empty() && is_running_runner(record)) set(second_api_, row_.fault_on_running);
      if (row_.foreign == Foreign::with_the_suite && is_begin_of_suite(record)) set(foreign_api_, kJoin);
    }
  }
  std::string trouble() const { return wanted() && !done_ ? "the time for the late fault never came\n" : trouble_; }

 private:
  void set(const std::string& api, const std::string& fault) {
    done_ = true;
    trouble_ = set_fault(api, fault);
  }
  const BrokenRun& row_;
  JournalTail tail_;
  std::string second_api_, foreign_api_, trouble_;
  bool done_ = false;
};

process::Child start(const BrokenRun& row, const fs::path& spec, const fs::path& folder) {
  process::CommandOptions command;
  command.command = {std::string(EXO_BIN_DIR) + "/exo-harness",
                     "run",
                     "--suite",
                     row.suite,
                     "--cluster",
                     spec.string(),
                     "--out",
                     (folder / "runs").string(),
                     "--gtest_filter=" + row.filter};
  command.command.insert(command.command.end(), row.arguments.begin(), row.arguments.end());
  command.environment = {{"EXO_HARNESS_CLUSTER", ""},
                         {"EXO_HARNESS_MODELS", ""},
                         {"EXO_HARNESS_PLACEMENTS", ""},
                         {"EXO_HARNESS_NODES", ""}};
  command.output = folder / "output.txt";
  return process::Child::start(command);
}

void read_verdict(const fs::path& file, SeenRun& seen) {
  const auto verdict = nlohmann::json::parse(read_file(file));
  seen.verdict = verdict.at("verdict");
  if (verdict.contains("strategy")) {
    seen.outcome = verdict.at("strategy").at("outcome");
    seen.fallback_fit = verdict.at("strategy").at("fallback_fit");
  }
  for (const auto& reason : verdict.at("reasons")) {
    seen.reasons += format("{} {}: {}\n", reason.at("verdict").get<std::string>(),
                           reason.at("subject").get<std::string>(), reason.at("what").get<std::string>());
  }
}

void read_tests(const fs::path& file, SeenRun& seen) {
  for (const journal::Record& record : journal::read_journal(file).records) {
    if (const auto* ended = std::get_if<journal::TestEnded>(&record.body)) seen.tests.push_back(*ended);
    if (const auto* made = std::get_if<journal::DiagnosisMade>(&record.body))
      seen.evidence += join(made->evidence, "\n") + "\n";
  }
}

}  // namespace

SeenRun run_broken(const BrokenRun& row, const fs::path& folder) {
  const FakeAddress address = has_foreign_node(row) ? free_fake_address(3) : FakeAddress{};
  const fs::path latest = folder / "runs" / "latest";
  LateFault late(row, latest / "journal.jsonl", address);
  process::Child run = start(row, write_spec(row, folder, address), folder);
  const Deadline deadline = Deadline::after(kRunLimit);
  std::optional<process::ExitStatus> status;
  while (!status && !deadline.expired()) {
    if (late.wanted()) late.look();
    status = run.wait(deadline.within(milliseconds(10)));
  }
  SeenRun seen;
  seen.output = read_file(folder / "output.txt");
  seen.trouble = late.trouble();
  if (!status || status->signal != 0) seen.trouble += "the run did not end by itself";
  if (status) seen.exit_code = status->code;
  read_verdict(latest / "verdict.json", seen);
  seen.first_line = first_line(read_file(latest / "summary.md"));
  read_tests(latest / "journal.jsonl", seen);
  return seen;
}

}  // namespace exo_harness::tools
