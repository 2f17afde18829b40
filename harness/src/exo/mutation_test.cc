#include <random>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "exo_harness/exo/state.h"

#include "parse.h"
#include "recording.h"

// Recorded answers with pieces dropped, replaced and cut: each must come to an Outcome, never to a crash.

namespace exo_harness::exo {
namespace {

using Json = nlohmann::json;

/// All values inside `json`, itself first.
void collect(Json& json, std::vector<Json*>& all) {
  all.push_back(&json);
  for (Json& child : json) {
    if (child.is_structured()) collect(child, all);
  }
}

Json odd_value(std::mt19937& random) {
  switch (random() % 9) {
    case 0:
      return nullptr;
    case 1:
      return -1;
    case 2:
      return 18446744073709551615u;
    case 3:
      return 1e300;
    case 4:
      return "";
    case 5:
      return Json::array();
    case 6:
      return Json::object();
    case 7:
      return Json{{"Unheard", {{"of", 1}}}};
    default:
      return true;
  }
}

void mutate(Json& json, std::mt19937& random) {
  std::vector<Json*> all;
  collect(json, all);
  Json& target = *all[random() % all.size()];
  if (target.empty()) return;
  auto child = target.begin();
  std::advance(child, static_cast<long>(random() % target.size()));
  if (random() % 3 == 0) {
    target.erase(child);
  } else {
    *child = odd_value(random);
  }
}

/// Calls `parse` with many mutants of `text`; returns how many of them were refused.
template <class Parse>
int try_mutants(const std::string& text, Parse parse) {
  std::mt19937 random(20261125);
  int refused = 0;
  const Json original = Json::parse(text);
  for (int i = 0; i < 150; ++i) {
    Json mutant = original;
    for (unsigned n = 0; n < 1 + random() % 3; ++n) mutate(mutant, random);
    refused += parse(mutant.dump()) ? 0 : 1;
  }
  for (int i = 0; i < 50; ++i) {  // Bytes, too: cut, flipped.
    std::string mutant = text.substr(0, random() % text.size());
    if (!mutant.empty()) mutant[random() % mutant.size()] = static_cast<char>(random());
    refused += parse(mutant) ? 0 : 1;
  }
  return refused;
}

class Mutants : public testing::TestWithParam<std::string> {
 protected:
  std::string body(const std::string& number) const { return find_recording(GetParam() + "/contract", number).body(); }
};

TEST_P(Mutants, OfAStateComeToAnOutcome) {
  const int refused = try_mutants(body("77"), [](const std::string& text) {
    const auto state = parse_state(text);
    if (!state.ok()) {
      EXPECT_EQ(state.failure().kind, FailureKind::malformed);
      return false;
    }
    for (const auto& [id, instance] : state->instances) (void)proven_mode(instance).ok();
    return true;
  });
  EXPECT_GT(refused, 25);
  EXPECT_LT(refused, 195) << "most mutants must get past the first look";
}

TEST_P(Mutants, OfAnAnswerComeToAnOutcome) {
  for (const char* number : {"30", "32", "35"}) {
    const int refused = try_mutants(body(number), [](const std::string& text) { return parse_chat(text).ok(); });
    EXPECT_GT(refused, 25);
  }
}

TEST_P(Mutants, OfPreviewsAndModelsComeToAnOutcome) {
  EXPECT_GT(try_mutants(body("16"), [](const std::string& t) { return parse_previews(t).ok(); }), 25);
  EXPECT_GT(try_mutants(body("02"), [](const std::string& t) { return parse_models(t).ok(); }), 25);
  EXPECT_GT(try_mutants(body("05"), [](const std::string& t) { return parse_event_kinds(t).ok(); }), 25);
  EXPECT_GT(try_mutants(body("28"), [](const std::string& t) { return parse_command_reply(t).ok(); }), 25);
}

TEST_P(Mutants, OfAnErrorGiveSomeText) {
  try_mutants(body("39"), [](const std::string& text) { return !error_text(text).empty(); });
  try_mutants(body("14"), [](const std::string& text) { return !error_text(text).empty(); });
}

INSTANTIATE_TEST_SUITE_P(Recorded, Mutants, testing::Values("v1.0.71", "main-2026-06", "zenoh-2026-06"),
                         [](const auto& info) {
                           return info.param == "v1.0.71" ? "V1" : info.param == "zenoh-2026-06" ? "Zenoh" : "Main";
                         });

}  // namespace
}  // namespace exo_harness::exo
