#include "sse_cuts.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "exo_harness/http/sse.h"

namespace exo_harness::http {
namespace {

void add(const std::vector<SseEvent>& from, Events& to) {
  for (const SseEvent& e : from) {
    const char* kind = e.kind == SseEvent::Kind::comment ? "#" : "";
    to.push_back(kind + e.event + "|" + e.data + "|" + e.id);
  }
}

}  // namespace

Events parse(const std::vector<std::string_view>& pieces, bool* unfinished) {
  SseParser parser;
  Events events;
  for (const std::string_view piece : pieces) {
    const auto got = parser.feed(piece);
    EXPECT_TRUE(got.ok());
    if (got.ok()) add(*got, events);
  }
  if (unfinished != nullptr) *unfinished = parser.unfinished();
  return events;
}

Events parse(std::string_view whole) {
  return parse(std::vector<std::string_view>{whole});
}

void expect_same_for_cuts_in_two(std::string_view all, std::size_t step) {
  const Events whole = parse(all);
  for (std::size_t i = 0; i <= all.size(); i += step) {
    ASSERT_EQ(parse({all.substr(0, i), all.substr(i)}), whole) << "cut at " << i;
  }
}

void expect_same_for_many_cuts(std::string_view all) {
  std::mt19937 random(20261125);
  const Events whole = parse(all);
  for (std::size_t round = 0; round < 10; ++round) {
    std::vector<std::string_view> pieces;
    const std::size_t longest = round == 0 ? 1 : 1 + random() % 200;
    for (std::string_view rest = all; !rest.empty();) {
      const std::size_t n = std::min<std::size_t>(rest.size(), 1 + random() % longest);
      pieces.push_back(rest.substr(0, n));
      rest.remove_prefix(n);
    }
    ASSERT_EQ(parse(pieces), whole);
  }
}

}  // namespace exo_harness::http
