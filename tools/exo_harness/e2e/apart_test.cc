// Addresses that lead to no cluster, or to several that do not see each other: the run says so in words that are true,
// and waits as long as waiting can help.
#include <filesystem>
#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/journal/journal.h"
#include "exo_harness/process/child.h"

#include "app/journal_tail.h"
#include "fake_control.h"
#include "http/scripted_server.h"

namespace exo_harness::tools {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr milliseconds kTestLimit{60000};

/// A fake cluster of one node with a namespace of its own; `peers`: who else it looks for.
struct Fake {
  Fake(const std::string& host, int port, const std::string& peers, const std::string& name_space,
       const std::string& generation = "v1.0.71", const std::string& fault = "")
      : api(format("http://{}:{}", host, port)) {
    process::CommandOptions command;
    command.command = {EXO_BIN_DIR "/fake_exo"};
    const std::vector<std::string> words = {"--host",  host,   "--port",       std::to_string(port),
                                            "--peers", peers,  "--namespace",  name_space,
                                            "--speed", "0.05", "--generation", generation};
    command.command.insert(command.command.end(), words.begin(), words.end());
    if (!fault.empty()) command.command.insert(command.command.end(), {"--fault", fault});
    command.output = folder.path() / "node.log";
    node = process::Child::start(command);
    wait_until(Deadline::after(kTestLimit), milliseconds(20),
               [&] { return contains(read_file(folder.path() / "node.log"), "Running on http"); });
  }
  ~Fake() { node->end(milliseconds(3000)); }

  TemporaryFolder folder{"apart"};
  std::string api;
  std::optional<process::Child> node;
};

/// `run` that attaches, of one test.
struct Attached {
  Attached(const std::vector<std::string>& apis, int nodes, double discovery_s, double api_s = 5,
           const std::string& suite = "discovery", const std::string& filter = "Discovery.EveryNode*") {
    std::string list;
    for (const std::string& api : apis) list += format("{}\"{}\"", list.empty() ? "" : ", ", api);
    write_file(folder.path() / "spec.toml",
               format("nodes = {}\napis = [{}]\nspeed = 0\n[limits]\napi = {}\ndiscovery = {}\n", nodes, list, api_s,
                      discovery_s));
    process::CommandOptions command;
    command.command = {EXO_BIN_DIR "/exo-harness",
                       "run",
                       "--suite",
                       suite,
                       "--cluster",
                       (folder.path() / "spec.toml").string(),
                       "--out",
                       runs().string(),
                       "--gtest_filter=" + filter};
    command.output = folder.path() / "output";
    run = process::Child::start(command);
  }
  fs::path runs() const { return folder.path() / "runs"; }
  std::string output() const { return read_file(folder.path() / "output"); }
  int exit_code() {
    const auto ended = run->wait(Deadline::after(2 * kTestLimit));
    return ended ? ended->code : -1;
  }
  /// The phase that failed.
  journal::PhaseEnded failed() const {
    for (const auto& record : journal::read_journal(runs() / "latest" / "journal.jsonl").records) {
      const auto* phase = std::get_if<journal::PhaseEnded>(&record.body);
      if (phase != nullptr && !phase->ok) return *phase;
    }
    return {};
  }

  TemporaryFolder folder{"attached"};
  std::optional<process::Child> run;
};

/// Addresses of two nodes that share no port with anybody.
struct TwoAddresses {
#ifdef __linux__
  std::string hosts[2] = {"127.0.0.21", "127.0.0.22"};
  int ports[2] = {http::closed_port(), ports[0]};
#else
  std::string hosts[2] = {"127.0.0.1", "127.0.0.1"};
  int ports[2] = {http::closed_port(), http::closed_port()};
#endif
  std::string peer(int i) const {
    return format("{}:{}", hosts[i], ports[i]);
  }
};

TEST(TwoClusters, AreNamedAndTheWaitEndsBeforeItsLimit) {
  const TwoAddresses at;
  const Fake one(at.hosts[0], at.ports[0], at.peer(1), "here"), other(at.hosts[1], at.ports[1], at.peer(0), "there");

  Attached run({one.api, other.api}, 2, 3600);

  EXPECT_EQ(run.exit_code(), 1) << run.output();
  EXPECT_THAT(run.output(), AllOf(HasSubstr("FAILED: "), HasSubstr("the addresses lead to 2 clusters"),
                                  HasSubstr("(doctor: one-cluster)"), HasSubstr("same namespace")));
  EXPECT_THAT(run.output(), AllOf(HasSubstr(one.api), HasSubstr(other.api)));
  EXPECT_EQ(run.failed().phase, Phase::discovery);
  EXPECT_EQ(run.failed().failure_kind, FailureKind::mismatch) << "ended by its limit, or for another reason";
  EXPECT_THAT(run.failed().failure, HasSubstr("waiting does not change that"));
}

TEST(TwoVersions, AreNoFaultOfTheProduct) {
  const TwoAddresses at;
  const Fake one(at.hosts[0], at.ports[0], at.peer(1), "here"),
      other(at.hosts[1], at.ports[1], at.peer(0), "there", "main");

  Attached run({one.api, other.api}, 2, 3600);

  EXPECT_EQ(run.exit_code(), 3) << run.output();
  EXPECT_THAT(run.output(),
              AllOf(HasSubstr("ENVIRONMENT: "), HasSubstr("exo-versions-equal"), HasSubstr("same commit")));
}

// Versions that can talk form one cluster, which no wait notices.
TEST(TwoVersions, InOneClusterAreToldWithBoth) {
  const TwoAddresses at;
  const Fake one(at.hosts[0], at.ports[0], at.peer(1), "here"),
      other(at.hosts[1], at.ports[1], at.peer(0), "here", "main");

  Attached run({one.api, other.api}, 2, 60, 5, "preflight", "Preflight.AllNodesSpeakTheSameGeneration");

  EXPECT_EQ(run.exit_code(), 3) << run.output();
  EXPECT_THAT(run.output(), AllOf(HasSubstr("ENVIRONMENT: "), HasSubstr("v1.0.71+32 up to v1.0.71+41"),
                                  HasSubstr("before v1.0.71+5")));
}

TEST(TwoClusters, AreReportedWhenTheLimitComesFirst) {
  const TwoAddresses at;
  const Fake one(at.hosts[0], at.ports[0], at.peer(1), "here"), other(at.hosts[1], at.ports[1], at.peer(0), "there");

  Attached run({one.api, other.api}, 2, 4);

  EXPECT_EQ(run.exit_code(), 1) << run.output();
  EXPECT_EQ(run.failed().failure_kind, FailureKind::timed_out);
  EXPECT_THAT(run.failed().failure, AllOf(HasSubstr("1 of 2 nodes"), HasSubstr("the addresses lead to 2 clusters"),
                                          Not(HasSubstr("waiting does not change"))));
}

// As nodes that have just been started: nothing passes between them yet.
TEST(NodesThatHaveNotSeenEachOtherYet, AreWaitedFor) {
  const TwoAddresses at;
  const Fake one(at.hosts[0], at.ports[0], at.peer(1), "here", "v1.0.71", "partition"),
      other(at.hosts[1], at.ports[1], at.peer(0), "here", "v1.0.71", "partition");
  Attached run({one.api, other.api}, 2, 60);
  JournalTail tail(run.runs() / "latest" / "journal.jsonl");
  const auto discovers = [&] {
    for (const auto& record : tail.read_new()) {
      const auto* phase = std::get_if<journal::PhaseStarted>(&record.body);
      if (phase != nullptr && phase->phase == Phase::discovery) return true;
    }
    return false;
  };
  ASSERT_TRUE(wait_until(Deadline::after(kTestLimit), milliseconds(20), discovers)) << run.output();
  ASSERT_EQ(clear_faults(one.api) + clear_faults(other.api), "");

  EXPECT_EQ(run.exit_code(), 0) << run.output();
}

struct Address {
  const char* name;
  std::function<std::string()> url;
  const char* says;
  const char* verdict = "ENVIRONMENT: ";
  int exit_code = 3;
};

void PrintTo(const Address& row, std::ostream* os) {
  *os << row.name;
}

const std::vector<Address> kAddresses = {
    {"Refused", [] { return format("http://127.0.0.1:{}", http::closed_port()); }, "nothing listens there"},
    {"RefusedAsIpV6", [] { return format("http://[::1]:{}", http::closed_port()); }, "http://[::1]:"},
    {"RefusedTls", [] { return format("https://127.0.0.1:{}", http::closed_port()); }, "nothing listens there"},
    {"NoSuchHost", [] { return std::string("http://no-such-host.invalid:52415"); }, "no host of that name is known"},
    {"NoConnection",
     [] {
       static const http::FullQueue queue;
       return queue.url();
     },
     "not even to a connection"},
    {"Tls",
     [] {
       static const http::ScriptedServer plain([](http::Connection& c) { c.reply("no", "text/plain", 400); });
       return "https" + plain.url().substr(4);
     },
     "an Exo API is plain http://"},
    {"SilentListener",
     [] {
       static const http::ScriptedServer silent([](http::Connection& c) {
         c.read_request();
         c.closed_by_client(Deadline::after(kTestLimit));
       });
       return silent.url();
     },
     "no answer within", "HANG: ", 1},
};

class AnAddress : public testing::TestWithParam<Address> {};

TEST_P(AnAddress, WithoutAnExoIsReportedInTrueWords) {
  const std::string url = GetParam().url();
  Attached run({url}, 1, 5, 1);

  EXPECT_EQ(run.exit_code(), GetParam().exit_code) << run.output();
  EXPECT_THAT(run.output(), AllOf(HasSubstr(GetParam().verdict), HasSubstr(url), HasSubstr(GetParam().says)));
  EXPECT_EQ(contains(run.output(), "start Exo there, or give the address"), GetParam().exit_code == 3);
}

INSTANTIATE_TEST_SUITE_P(Rows, AnAddress, testing::ValuesIn(kAddresses),
                         [](const auto& row) { return std::string(row.param.name); });

// One answers and one does not: what is missing is the other one.
TEST(OneOfTwoAddresses, ThatIsRefusedIsNamed) {
  const TwoAddresses at;
  const Fake one(at.hosts[0], at.ports[0], at.peer(1), "here");
  const std::string refused = format("http://127.0.0.1:{}", http::closed_port());

  Attached run({one.api, refused}, 1, 60, 1);

  EXPECT_EQ(run.exit_code(), 3) << run.output();
  EXPECT_THAT(run.output(), AllOf(HasSubstr("no Exo at " + refused), HasSubstr("nothing listens there")));
}

// A node whose clock is of another year.
void answer_from_the_past(http::Connection& connection) {
  for (std::string request = connection.read_request(); !request.empty(); request = connection.read_request()) {
    if (contains(request, "GET /node_id")) {
      connection.reply(R"("past")");
    } else if (contains(request, "GET /state")) {
      connection.reply(R"({"instances":{},"runners":{},"topology":{"nodes":["past"],"connections":{}},
        "lastSeen":{"past":"2020-01-01T00:00:00Z"},"lastEventAppliedIdx":1,
        "nodeMemory":{"past":{"ramTotal":{"inBytes":1000},"ramAvailable":{"inBytes":900}}}})");
    } else {
      connection.reply("{}", "application/json", 404);
    }
  }
}

TEST(AClockThatIsWrong, IsAReasonInWords) {
  const http::ScriptedServer node(answer_from_the_past);
  Attached run({node.url()}, 1, 20, 5, "preflight", "Preflight.ClocksAgree");

  EXPECT_EQ(run.exit_code(), 3) << run.output();
  EXPECT_THAT(read_file(run.runs() / "latest" / "verdict.json"), HasSubstr("\"what\": \"past: lastSeen is "))
      << run.output();
}

}  // namespace
}  // namespace exo_harness::tools
