#pragma once

#include <string>

#include "http/scripted_server.h"
#include "recording.h"

namespace exo_harness::exo {

/// Answers a request with what was recorded: status, headers, chunks one by one.
void replay(http::Connection& connection, const Recording& recording);

/// Answers each request by the recording of that folder with the same method and path (and body, when there are
/// several); closes the connection when there is none.
http::ScriptedServer::Handler replay_folder(const std::string& folder);

}  // namespace exo_harness::exo
