#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exo_harness/core/file.h"
#include "exo_harness/doctor/members.h"

namespace exo_harness::doctor {
namespace {

using exo::Generation;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Status = Check::Status;

exo::State two_nodes() {
  return exo::parse_state(
             read_file(std::string(EXO_FIXTURES_DIR) + "/recordings/rdma-samples/state/v1.0.71-healthy-2node.json"))
      .value();
}

std::vector<Check> all_of(const std::vector<Check>& checks, const std::string& id) {
  std::vector<Check> some;
  std::copy_if(checks.begin(), checks.end(), std::back_inserter(some), [&](const Check& c) { return c.id == id; });
  return some;
}

NodeAnswer answer(const std::string& node, Generation generation = Generation::v1_0_71) {
  return {"http://" + node.substr(0, 4), node, generation, "exo v1.0", {}};
}

TEST(Members, NodesOfOneVersionAreGood) {
  const exo::State state = two_nodes();
  const auto checks = check_members(state, {answer(state.nodes[0]), answer(state.nodes[1])}, 2);
  EXPECT_EQ(all_of(checks, "exo-versions-equal").at(0).status, Status::good);
  EXPECT_EQ(all_of(checks, "foreign-node").at(0).status, Status::good);
  EXPECT_EQ(all_of(checks, "exo-version").at(1).status, Status::good);
  EXPECT_THAT(all_of(checks, "exo-version")[1].seen, HasSubstr("v1.0.71 (it says `exo v1.0`)"));
  EXPECT_THAT(all_of(checks, "one-cluster"), IsEmpty());
  EXPECT_TRUE(is_fit(checks, true));
}

TEST(Members, NodesOfOneVersionThatNeverMetAreToBeRestarted) {
  exo::State state = two_nodes();
  const std::string other = state.nodes[1];
  std::erase(state.nodes, other);

  const auto met = check_members(state, {answer(state.nodes[0]), answer(other)}, 2);
  const auto never = check_members(state, {answer(state.nodes[0]), answer(other, Generation::main)}, 2);

  EXPECT_THAT(all_of(met, "one-cluster").at(0).fix, HasSubstr("Restart Exo on one of them"));
  EXPECT_THAT(all_of(never, "one-cluster").at(0).fix, HasSubstr("same namespace and version"));
}

TEST(Members, VersionsAreComparedByAllThatIsKnownOfThem) {
  exo::State state = two_nodes();
  const auto with = [&](int i, const char* range, const std::string& text = "") {
    NodeAnswer each{
        "http://n" + std::to_string(i), state.nodes[static_cast<std::size_t>(i)], Generation::unknown, text, {}};
    each.seen.signs = {{exo::parse_versions(range)->front(), "a sign"}};
    return each;
  };
  const auto equal = [&](const NodeAnswer& a, const NodeAnswer& b) {
    return all_of(check_members(state, {a, b}, 2), "exo-versions-equal").at(0).status;
  };
  EXPECT_EQ(equal(with(0, ">= v1.0.71+5 < v1.0.71+29"), with(1, ">= v1.0.71+29 < v1.0.71+32")), Check::Status::bad);
  EXPECT_EQ(equal(with(0, "v1.0.71", "exo v1.0"), with(1, "v1.0.71")), Check::Status::good) << "one did not say";
  EXPECT_EQ(equal(with(0, "zenoh"), with(1, "zenoh")), Check::Status::unknown) << "they may be two versions of zenoh";
}

TEST(Members, NodesThatCannotMeetAreToldWithBothVersions) {
  exo::State state = two_nodes();
  std::erase(state.nodes, state.nodes[1]);
  const auto with_signs = [](const std::string& id) {
    NodeAnswer answer{"http://" + id.substr(0, 4), id, Generation::unknown, "", {}};
    answer.seen.signs = {*exo::sign_of_node_id(id)};
    return answer;
  };
  const auto checks =
      check_members(state, {with_signs(state.nodes[0]), with_signs("5a72e2b03b7ad82f2d46c03b5e54c0ab")}, 2);

  const Check check = all_of(checks, "one-cluster").at(0);
  EXPECT_THAT(check.seen, HasSubstr("it is v1.0.71+42 or newer (node ids of hexadecimal digits: zenoh)"));
  EXPECT_THAT(check.seen, HasSubstr("the first is before v1.0.71+42 (node ids that begin with 12D3KooW: libp2p)"));
  EXPECT_THAT(check.fix, HasSubstr("libp2p and zenoh never meet"));

  // Two of zenoh: no sign tells whether their versions differ, and what parts them is the namespace or the link.
  state.nodes[0] = "fcef7c590ff51ef281817aba804cf7f7";
  const auto of_zenoh =
      check_members(state, {with_signs(state.nodes[0]), with_signs("5a72e2b03b7ad82f2d46c03b5e54c0ab")}, 2);
  EXPECT_THAT(all_of(of_zenoh, "one-cluster").at(0).fix,
              testing::AllOf(HasSubstr("same `--namespace NAME`"), HasSubstr("IPv6 multicast")));
}

TEST(Members, NodesOfTwoVersionsAreBad) {
  const exo::State state = two_nodes();
  const auto checks = check_members(state, {answer(state.nodes[0]), answer(state.nodes[1], Generation::main)}, 2);
  const Check check = all_of(checks, "exo-versions-equal").at(0);
  EXPECT_EQ(check.status, Status::bad);
  EXPECT_THAT(check.fix, HasSubstr("same Exo"));
  EXPECT_THAT(check.prevents, HasSubstr("discovery-"));
}

TEST(Members, WhatWasNotAskedIsNotKnownAndNotBad) {
  const exo::State state = two_nodes();
  const auto checks = check_members(state, {answer(state.nodes[0])}, 2);
  EXPECT_EQ(all_of(checks, "exo-version").at(1).status, Status::unknown);
  EXPECT_THAT(all_of(checks, "exo-version")[1].seen, HasSubstr("not known here"));
  EXPECT_THAT(all_of(checks, "exo-versions-equal"), IsEmpty());
  EXPECT_EQ(all_of(checks, "foreign-node").at(0).status, Status::unknown);
  EXPECT_TRUE(is_fit(checks, true));
}

TEST(Members, AnUnknownVersionIsNoDifference) {
  const exo::State state = two_nodes();
  const auto checks = check_members(state, {answer(state.nodes[0]), answer(state.nodes[1], Generation::unknown)}, 2);
  EXPECT_THAT(all_of(checks, "exo-versions-equal"), IsEmpty());
  EXPECT_EQ(all_of(checks, "exo-version").at(1).status, Status::unknown);
}

TEST(Members, ANodeThatNobodyNamedIsForeign) {
  const exo::State state = two_nodes();
  const Check check = all_of(check_members(state, {answer(state.nodes[0])}, 1), "foreign-node").at(0);
  EXPECT_EQ(check.status, Status::bad);
  EXPECT_THAT(check.seen, HasSubstr(state.nodes[1].substr(0, 12)));
  EXPECT_THAT(check.seen, ::testing::Not(HasSubstr("no address known")));
}

TEST(Members, OneNodeNamedTwiceAndOneThatDoesNotSayAreNotTwo) {
  const exo::State state = two_nodes();
  const auto checks = check_members(state, {answer(state.nodes[0]), answer(state.nodes[0]), answer("")}, 2);
  EXPECT_EQ(all_of(checks, "foreign-node").at(0).status, Status::unknown);
  EXPECT_THAT(all_of(checks, "one-cluster"), IsEmpty());
}

TEST(Members, AnAddressThatLeadsToAnotherClusterIsBad) {
  const exo::State state = two_nodes();
  const auto checks = check_members(state, {answer(state.nodes[0]), answer("12D3KooWelsewhere")}, 2);
  EXPECT_EQ(all_of(checks, "one-cluster").at(0).status, Status::bad);
  EXPECT_THAT(all_of(checks, "one-cluster")[0].seen, HasSubstr("12D3KooWelse"));
}

}  // namespace
}  // namespace exo_harness::doctor
