// Says how the cost of testing a cluster grows with its nodes: fake clusters of several sizes, each brought up and
// looked at by the suites preflight and discovery.
//
//   bench_scale BIN_FOLDER [NODES…]        default 8 16 32 64 128; speed 0.05 (EXO_FAKE_SPEED)
//
// Wall: from the start of the fakes to the end of `exo-harness run`, which attaches to them. Processor time: user and
// system, of the harness with its suites, and of all fakes with their start script. The exponents are least-squares
// fits of log(processor time) over log(directed edges, n·(n−1)): 1 is linear in the edges. Linux.
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/format.h"

namespace {

using namespace exo_harness;
namespace fs = std::filesystem;

constexpr auto kStartLimit = std::chrono::seconds(120);

struct Cost {
  int exit_code = -1;
  double seconds = 0;  ///< Of processor, children that were waited for included.
};

struct Row {
  int nodes = 0;
  double started = 0, whole = 0;  ///< Wall, seconds since the start of the fakes.
  Cost harness, fakes;

  double edges() const { return static_cast<double>(nodes) * (nodes - 1); }
};

double since(std::int64_t from_ns) {
  return static_cast<double>(monotonic_ns() - from_ns) / 1e9;
}

pid_t start(const std::vector<std::string>& command, const fs::path& output) {
  const pid_t pid = fork();
  if (pid != 0) return pid;
  if (std::freopen(output.c_str(), "w", stdout) == nullptr || dup2(1, 2) < 0) _exit(126);
  std::vector<char*> arguments;
  for (const std::string& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  execv(arguments.front(), arguments.data());
  _exit(127);
}

Cost end_of(pid_t pid) {
  int status = 0;
  rusage used{};
  if (wait4(pid, &status, 0, &used) != pid) return {};
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          seconds(used.ru_utime) + seconds(used.ru_stime)};
}

std::string first_line_of(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

void write_spec(const fs::path& file, const std::string& api, int nodes) {
  std::ofstream(file) << format("apis = [\"{}\"]\nnodes = {}\n[limits]\ndiscovery = 300\n", api, nodes);
}

Row measure(const fs::path& bin, int nodes, const fs::path& work) {
  fs::create_directories(work);
  const fs::path urls = work / "urls";
  setenv("EXO_HARNESS_NODES", std::to_string(nodes).c_str(), 1);
  setenv("EXO_FAKE_URL_FILE", urls.c_str(), 1);
  setenv("EXO_HARNESS_LOG_DIR", (work / "logs").c_str(), 1);
  setenv("EXO_FAKE_NAMESPACE", work.filename().c_str(), 1);
  Row row;
  row.nodes = nodes;
  const std::int64_t began = monotonic_ns();
  const pid_t fakes = start({(bin / "start-fake-cluster").string()}, work / "fakes.txt");
  while (!fs::exists(urls) && monotonic_ns() - began < std::chrono::nanoseconds(kStartLimit).count()) usleep(20'000);
  row.started = since(began);
  write_spec(work / "cluster.toml", first_line_of(urls), nodes);
  const pid_t harness = start({(bin / "exo-harness").string(), "run", "--cluster", (work / "cluster.toml").string(),
                               "--suite", "preflight", "--suite", "discovery", "--out", (work / "runs").string()},
                              work / "harness.txt");
  row.harness = end_of(harness);
  row.whole = since(began);
  kill(fakes, SIGTERM);
  row.fakes = end_of(fakes);
  return row;
}

double exponent(const std::vector<Row>& rows, double (*cost)(const Row&)) {
  double sx = 0, sy = 0, sxx = 0, sxy = 0;
  const auto n = static_cast<double>(rows.size());
  for (const Row& row : rows) {
    const double x = std::log(row.edges()), y = std::log(cost(row));
    sx += x, sy += y, sxx += x * x, sxy += x * y;
  }
  return (n * sxy - sx * sy) / (n * sxx - sx * sx);
}

void print(const Row& row) {
  std::puts(format("{:>5} {:>7.0f} {:>10.1f} {:>10.1f} {:>12.2f} {:>12.2f} {:>5}", row.nodes, row.edges(), row.started,
                   row.whole, row.harness.seconds, row.fakes.seconds, row.harness.exit_code)
                .c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fputs("usage: bench_scale BIN_FOLDER [NODES...]\n", stderr);
    return 2;
  }
  std::vector<int> sizes;
  for (int i = 2; i < argc; ++i) sizes.push_back(std::atoi(argv[i]));
  if (sizes.empty()) sizes = {8, 16, 32, 64, 128};
  const fs::path work = fs::temp_directory_path() / format("bench-scale-{}", getpid());
  std::puts("nodes   edges  started s    whole s  harness cpu    fakes cpu  exit");
  std::fflush(stdout);
  std::vector<Row> rows;
  bool good = true;
  for (const int nodes : sizes) {
    rows.push_back(measure(fs::canonical(argv[1]), nodes, work / std::to_string(nodes)));
    print(rows.back());
    good = good && rows.back().harness.exit_code == 0;
  }
  if (rows.size() > 1) {
    std::puts(format("processor time grows with the edges to the power of {:.2f} (harness) and {:.2f} (fakes)",
                     exponent(rows, [](const Row& row) { return row.harness.seconds; }),
                     exponent(rows, [](const Row& row) { return row.fakes.seconds; }))
                  .c_str());
  }
  if (good) fs::remove_all(work);
  if (!good) std::puts(format("not all were whole; their output is in {}", work.string()).c_str());
  return good ? 0 : 1;
}
