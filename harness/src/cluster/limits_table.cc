#include "limits_table.h"

#include <array>
#include <utility>

namespace exo_harness::cluster {
namespace {

using Limit = std::chrono::milliseconds PhaseLimits::*;
constexpr std::array<std::pair<const char*, Limit>, 12> kLimits = {{{"start", &PhaseLimits::start},
                                                                    {"api", &PhaseLimits::api},
                                                                    {"discovery", &PhaseLimits::discovery},
                                                                    {"stage", &PhaseLimits::stage},
                                                                    {"place", &PhaseLimits::place},
                                                                    {"connect", &PhaseLimits::connect},
                                                                    {"load", &PhaseLimits::load},
                                                                    {"warm_up", &PhaseLimits::warm_up},
                                                                    {"first_token", &PhaseLimits::first_token},
                                                                    {"generate", &PhaseLimits::generate},
                                                                    {"remove", &PhaseLimits::remove},
                                                                    {"stop", &PhaseLimits::stop}}};

}  // namespace

toml::table limits_to_table(const PhaseLimits& limits) {
  toml::table table;
  for (const auto& [name, limit] : kLimits) table.insert(name, static_cast<std::int64_t>((limits.*limit).count()));
  return table;
}

void read_limits(const toml::table& table, PhaseLimits& limits) {
  for (const auto& [name, limit] : kLimits) {
    if (const auto ms = table[name].value<std::int64_t>()) limits.*limit = std::chrono::milliseconds(*ms);
  }
}

}  // namespace exo_harness::cluster
