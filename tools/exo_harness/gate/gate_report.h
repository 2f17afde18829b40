#pragma once

#include <filesystem>

#include "exo_reports/gate_documents.h"

#include "gate/gate_options.h"

namespace exo_harness::tools {

/// The answer on the screen: the sentence, five reasons, what was not tested, the page.
std::string gate_text(const exo_reports::GateResult& result, const std::filesystem::path& page);

/// Writes the documents, tells the answer, and returns the exit code, of `--bisect` its own.
int report_gate(const exo_reports::GateResult& result, const exo_reports::GateNames& names,
                const std::filesystem::path& out, const GateCommandOptions& options);

}  // namespace exo_harness::tools
