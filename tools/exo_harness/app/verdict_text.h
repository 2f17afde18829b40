#pragma once

#include <filesystem>
#include <string>

#include "exo_reports/run_record.h"

namespace exo_harness::tools {

/// What a run came to, for the terminal: the verdict, then what went wrong, the first cause first, then the report's
/// path.
std::string verdict_text(const exo_reports::Judgement& judgement, const std::filesystem::path& report);

}  // namespace exo_harness::tools
