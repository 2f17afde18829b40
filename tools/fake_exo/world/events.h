#pragma once

#include <string>

#include "json/json.h"

namespace exo_harness::fake {

/// Exo's events, snake_case, tagged, with a new event id (contract 2).
Json node_gathered_info(const std::string& node, const Json& info);
Json node_timed_out(const std::string& node);
Json download_progress(const Json& progress);
Json edge_event(bool created, const std::string& source, const std::string& sink, const std::string& ip, int port);
Json instance_created(const Json& camel_instance);
Json instance_deleted(const std::string& instance);
Json runner_status(const std::string& runner, const Json& status);
Json task_created(const std::string& task_id, const Json& task);
Json task_deleted(const std::string& task_id);
Json task_status(const std::string& task_id, const std::string& status);
Json task_failed(const std::string& task_id, const std::string& type, const std::string& message);
Json chunk_generated(const std::string& command, const Json& chunk);

}  // namespace exo_harness::fake
