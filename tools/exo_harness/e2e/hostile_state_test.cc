// A node whose state is far too large, in number, length or both: the run says so, ends by itself, and stays small. The
// bodies are made as they are sent, so that this process stays small, too: a child's peak counts from before its exec.
#include <csignal>
#include <memory>
#include <ostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/process/child.h"

#include "http/scripted_server.h"

namespace exo_harness::tools {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr long kMostMegabytes = 128;
constexpr std::size_t kBlock = 1'000'000;

void blocks(http::Connection& connection, int count, const std::string& block) {
  for (int i = 0; i < count && !connection.closed_by_client(Deadline::after(0ms)); ++i) connection.chunk(block);
}

std::string repeated(const std::string& piece, std::size_t bytes) {
  std::string all;
  while (all.size() < bytes) all += piece;
  return all;
}

/// Writes what stands behind the empty members of a state.
using Hostile = void (*)(http::Connection&);

template <int kCount>
void crowd(http::Connection& c) {
  c.chunk(R"(,"topology":{"connections":{},"nodes":["node")");
  for (int i = 0; i < kCount; i += 1000) {
    std::string part;
    for (int n = i; n < i + 1000; ++n) part += format(R"(,"12D3KooW{:044}")", n);
    c.chunk(part);
  }
  c.chunk("]}}");
}

template <int kMegabytes>
void objects(http::Connection& c) {
  c.chunk(R"(,"topology":{"connections":{},"nodes":[]},"zzz":[)");
  blocks(c, kMegabytes, repeated(R"({"a":[]},)", kBlock));
  c.chunk("0]}");
}

template <int kMegabytes>
void one_string(http::Connection& c) {
  c.chunk(R"(,"topology":{"connections":{},"nodes":[]},"zzz":")");
  blocks(c, kMegabytes, std::string(kBlock, 'a'));
  c.chunk("\"}");
}

void edges(http::Connection& c) {
  c.chunk(R"(,"topology":{"nodes":[],"connections":{"a":{"b":[)");
  blocks(c, 20, repeated(R"({"sourceRdmaIface":"a","sinkRdmaIface":"b"},)", kBlock));
  c.chunk(R"({"sourceRdmaIface":"a","sinkRdmaIface":"b"}]}}}})");
}

void tasks(http::Connection& c) {
  c.chunk(R"(,"topology":{"nodes":[],"connections":{}},"tasks":{"t":{"LoadModel":{}})");
  for (int i = 0; i < 200; ++i) {
    std::string part;
    for (int n = 0; n < 1000; ++n) part += format(R"(,"{}":{{"LoadModel":{{}}}})", 1000 * i + n);
    c.chunk(part);
  }
  c.chunk("}}");
}

struct Row {
  const char* name;
  Hostile state;
  const char* said;
};

void PrintTo(const Row& row, std::ostream* os) {
  *os << row.name;
}

const std::vector<Row> kRows = {
    {"ThreeThousandNodes", crowd<3000>, "a foreign node: 3001 nodes in topology.nodes, 2 expected"},
    {"AHundredThousandNodes", crowd<100'000>, "a foreign node: 100001 nodes in topology.nodes, 2 expected"},
    {"AMillionNodes", crowd<1'000'000>, "the body is longer than 25.2 MB"},
    {"TwentyMegabytesOfObjects", objects<20>, "0 of 2 nodes"},
    {"SixtyMegabytesOfObjects", objects<60>, "the body is longer than 25.2 MB"},
    {"AStringOfTwentyMegabytes", one_string<20>, "a string of 20.0 MB"},
    {"AStringOfSixtyMegabytes", one_string<60>, "the body is longer than 25.2 MB"},
    {"EdgesWithoutNumber", edges, "which is the limit at '/topology/connections/a/b/"},
    {"TasksWithoutNumber", tasks, "more than 65536 entries"}};

/// `exo-harness run` of the suite discovery on such a cluster; it leaves all in `folder`.
process::Child start_discovery(const TemporaryFolder& folder, const std::string& cluster) {
  const std::filesystem::path spec = folder.path() / "cluster.toml";
  write_file(spec, cluster);
  process::CommandOptions command;
  command.command = {
      EXO_BIN_DIR "/exo-harness",       "run", "--suite", "discovery", "--cluster", spec.string(), "--out",
      (folder.path() / "runs").string()};
  command.output = folder.path() / "output";
  return process::Child::start(command);
}

class AHostileState : public testing::TestWithParam<Row> {
 protected:
  process::Child run(double discovery_seconds) {
    return start_discovery(folder_, format("apis = [\"{}\"]\nnodes = 2\n[limits]\napi = 20\ndiscovery = {}\n",
                                           server_.url(), discovery_seconds));
  }
  std::string output() const { return read_file(folder_.path() / "output"); }

  void answer(http::Connection& connection) {
    for (std::string r = connection.read_request(); !r.empty(); r = connection.read_request()) {
      if (!contains(r, " /state ")) {
        connection.reply("\"node\"");
        continue;
      }
      ++asked_;
      connection.begin_chunked("application/json");
      connection.chunk(R"({"instances":{},"runners":{})");
      GetParam().state(connection);
      connection.last_chunk();
    }
  }

  TemporaryFolder folder_;
  std::atomic<int> asked_{0};
  http::ScriptedServer server_{[this](http::Connection& connection) { answer(connection); }};
};

long most_megabytes_of_children() {
  rusage used{};
  getrusage(RUSAGE_CHILDREN, &used);
#ifdef __APPLE__
  return used.ru_maxrss >> 20;
#else
  return used.ru_maxrss >> 10;
#endif
}

TEST_P(AHostileState, IsReportedAndTakesLittleMemory) {
  process::Child harness = run(0.5);

  const auto ended = harness.wait(Deadline::after(60s));

  ASSERT_TRUE(ended.has_value()) << output();
  EXPECT_EQ(ended->code, 1) << output();
  EXPECT_THAT(output(), HasSubstr(GetParam().said));
  EXPECT_LE(most_megabytes_of_children(), kMostMegabytes);
}

TEST_P(AHostileState, DoesNotMakeTheHarnessDeaf) {
  process::Child harness = run(600);
  ASSERT_TRUE(wait_until(Deadline::after(60s), 20ms, [&] { return asked_ > 1; })) << output();

  ::kill(harness.pid(), SIGTERM);

  EXPECT_TRUE(harness.wait(Deadline::after(60s)).has_value()) << output();
}

/// What stands beside the topology of a whole cluster, or in it.
using Filling = void (*)(http::Connection&);

void junk(http::Connection& c) {
  c.chunk(R"(,"zzz":[)");
  blocks(c, 23, "\"" + std::string(kBlock - 4, 'a') + "\",");
  c.chunk("0]");
}

template <int kMegabytes>
void more_edges(http::Connection& c) {
  c.chunk(R"(,"node-0":{"node-1":[)");
  blocks(c, kMegabytes, repeated(R"({"sourceRdmaIface":"a","sinkRdmaIface":"b"},)", kBlock));
  c.chunk(R"({"sourceRdmaIface":"a","sinkRdmaIface":"b"}]})");
}

void nothing(http::Connection&) {}

/// All nodes but the first answer alike. `beside` stands at the end of the state, `edges` at the end of the
/// connections.
struct Several {
  const char* name;
  Filling first, beside, edges;
};

void PrintTo(const Several& row, std::ostream* os) {
  *os << row.name;
}

const std::vector<Several> kSeveral = {{"OfJunk", junk, junk, nothing},
                                       {"OfEdgesAtTheLimit", nothing, nothing, more_edges<22>},
                                       {"OfEdgesThatAreReadSideBySide", nothing, nothing, more_edges<2>}};

constexpr int kNodes = 5;  // Views of four nodes are read side by side, after that of the first.

class SeveralHostileStates : public testing::TestWithParam<Several> {
 protected:
  SeveralHostileStates() {
    for (int i = 0; i < kNodes; ++i)
      servers_.push_back(
          std::make_unique<http::ScriptedServer>([this, i](http::Connection& connection) { answer(i, connection); }));
  }

  void answer(int node, http::Connection& c) {
    for (std::string r = c.read_request(); !r.empty(); r = c.read_request()) {
      if (!contains(r, " /state ")) {
        c.reply(format("\"node-{}\"", node));
        continue;
      }
      c.begin_chunked("application/json");
      c.chunk(R"({"instances":{},"runners":{},"topology":{"nodes":["node-0","node-1","node-2","node-3","node-4"],)");
      write_edges(c);
      if (node > 0) GetParam().edges(c);
      c.chunk(R"(}},"nodeMemory":{)");
      for (int i = 0; i < kNodes; ++i) {
        c.chunk(format(R"({}"node-{}":{{"ramTotal":{{"inBytes":9}},"ramAvailable":{{"inBytes":9}},)"
                       R"("swapTotal":{{"inBytes":0}},"swapAvailable":{{"inBytes":0}}}})",
                       i == 0 ? "" : ",", i));
      }
      c.chunk("}");
      node > 0 ? GetParam().beside(c) : GetParam().first(c);
      c.chunk("}");
      c.last_chunk();
    }
  }
  static void write_edges(http::Connection& c) {
    c.chunk(R"("connections":{"zzz":{})");
    for (int i = 0; i < kNodes; ++i) {
      std::string part;
      for (int j = 0; j < kNodes; ++j) {
        if (i == j) continue;
        part += format(R"({}"node-{}":[{{"sinkMultiaddr":{{"address":"/ip4/127.0.0.1/tcp/1","address_type":"ip4",)"
                       R"("ip_address":"127.0.0.1","port":1}}}}])",
                       part.empty() ? "" : ",", j);
      }
      c.chunk(format(R"(,"node-{}":{{{}}})", i, part));
    }
  }

  process::Child run() {
    std::string apis;
    for (const auto& server : servers_) apis += format("{}\"{}\"", apis.empty() ? "" : ", ", server->url());
    return start_discovery(folder_,
                           format("apis = [{}]\nnodes = {}\n[limits]\napi = 20\ndiscovery = 4\n", apis, kNodes));
  }

  TemporaryFolder folder_;
  std::vector<std::unique_ptr<http::ScriptedServer>> servers_;
};

TEST_P(SeveralHostileStates, TakeNoMoreMemoryThanOne) {
  process::Child harness = run();

  const auto ended = harness.wait(Deadline::after(60s));

  const std::string output = read_file(folder_.path() / "output");
  ASSERT_TRUE(ended.has_value()) << output;
  EXPECT_NE(ended->code, 0) << output;
  EXPECT_LE(most_megabytes_of_children(), kMostMegabytes) << output;
}

INSTANTIATE_TEST_SUITE_P(Rows, SeveralHostileStates, testing::ValuesIn(kSeveral),
                         [](const auto& row) { return row.param.name; });

INSTANTIATE_TEST_SUITE_P(Rows, AHostileState, testing::ValuesIn(kRows), [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace exo_harness::tools
