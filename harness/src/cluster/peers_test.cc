#include "peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/format.h"

#include "http/scripted_server.h"

namespace exo_harness::cluster {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A server that answers every request with `body`.
http::ScriptedServer::Handler saying(std::string body) {
  return [body = std::move(body)](http::Connection& c) {
    while (!c.read_request().empty()) c.reply(body);
  };
}

/// Two nodes, of which an edge leads to the second one's API.
exo::State two_nodes(const http::ScriptedServer& second) {
  exo::State state;
  state.nodes = {"aa", "bb"};
  exo::Edge edge;
  edge.source = "aa";
  edge.sink = "bb";
  edge.kind = exo::Edge::Kind::socket;
  edge.ip = "127.0.0.1";
  edge.port = std::stoi(second.url().substr(second.url().rfind(':') + 1));
  state.edges = {edge};
  return state;
}

TEST(Peers, FindANodeThatAnEdgeLeadsTo) {
  http::ScriptedServer first(saying("\"aa\"")), second(saying("\"bb\""));
  Peers peers({first.url()}, {});

  EXPECT_THAT(peers.match(two_nodes(second), Deadline::after(milliseconds(5000))), IsEmpty());
  EXPECT_EQ(peers.odd_answer(), std::nullopt);
  EXPECT_EQ(peers.all().size(), 2u);
}

TEST(Peers, SayWhatWasAnsweredInPlaceOfANodeId) {
  http::ScriptedServer first(saying("\"aa\""));
  for (const std::string& body : {std::string("<html>no Exo</html>"), std::string(9'000'000, 'a')}) {
    http::ScriptedServer second(saying(body));
    Peers peers({first.url()}, {});

    EXPECT_THAT(peers.match(two_nodes(second), Deadline::after(milliseconds(5000))),
                ElementsAre(AllOf(HasSubstr("no API of node bb answers as Exo does"), HasSubstr("malformed"))));
    EXPECT_EQ(peers.odd_answer(), FailureKind::malformed);
  }
}

TEST(Peers, SayWhatAGivenAddressAnsweredInPlaceOfANodeId) {
  http::ScriptedServer first(saying("\"aa\"")), second(saying("[1]"));
  Peers peers({first.url(), second.url()}, {});
  exo::State one;
  one.nodes = {"aa"};

  EXPECT_THAT(peers.match(one, Deadline::after(milliseconds(5000))),
              ElementsAre(AllOf(HasSubstr(second.url() + " does not answer as Exo does"), HasSubstr("malformed"))));
}

}  // namespace
}  // namespace exo_harness::cluster
