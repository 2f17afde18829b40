#pragma once

#include <string>
#include <vector>

#include "exo_reports/run_record.h"

#include "load/load_session.h"

namespace exo_harness::tools {

/// The loads as one JSON document, schema `exo-harness/load/1` (tools/README.md), with a line end.
std::string load_json(const std::vector<LoadTold>& loads, const exo_reports::Judgement& judgement,
                      const std::string& run_id);

}  // namespace exo_harness::tools
