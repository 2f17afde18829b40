#pragma once

#include <utility>

#include "exo_harness/cluster/spec.h"

namespace exo_harness::cluster {

/// Each limit with its key in spec and cluster files.
constexpr std::pair<const char*, std::chrono::milliseconds PhaseLimits::*> kLimits[] = {
    {"start", &PhaseLimits::start},
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
    {"stop", &PhaseLimits::stop},
    {"heartbeat", &PhaseLimits::heartbeat}};

}  // namespace exo_harness::cluster
