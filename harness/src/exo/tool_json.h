#pragma once

#include "exo_harness/exo/tool.h"

#include "json_reader.h"

namespace exo_harness::exo {

/// The JSON schema of a tool's arguments.
Json schema_of(const Tool& tool);
/// A tool as chat completions and Ollama have it.
Json written_tool(const Tool& tool);

}  // namespace exo_harness::exo
