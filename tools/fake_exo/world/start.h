#pragma once

#include <string>

#include "world/log.h"
#include "world/options.h"

namespace exo_harness::fake {

/// What a node says as it starts, up to the start of its API.
void log_start(Log& log, const Options& options, const std::string& id);

/// A setting of libp2p (`EXO_LIBP2P_NAMESPACE`, `--bootstrap-peers`, `EXO_BOOTSTRAP_PEERS`) ends a node of zenoh at
/// once, before it listens: true when there is one, after what Exo says then (recordings/zenoh-2026-06/logs/start-*) on
/// stdout and in the log, and its traceback on stderr.
bool ends_at_start(const Options& options);

}  // namespace exo_harness::fake
