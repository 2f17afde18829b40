#include "app/report_error.h"

#include <cstdio>

#include "exo_harness/core/error.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

namespace exo_harness::tools {

std::string error_text(const std::exception& error) {
  std::string text = format("exo-harness: {}\n", printable(error.what()));
  const auto* ours = dynamic_cast<const HarnessError*>(&error);
  if (ours != nullptr && !ours->advice().empty()) text += format("  → {}\n", printable(ours->advice()));
  return redact(text);
}

int report_error(const std::exception& error) {
  std::fflush(stdout);
  std::fputs(error_text(error).c_str(), stderr);
  const bool environment = dynamic_cast<const EnvironmentError*>(&error) != nullptr;
  return to_int(environment ? ExitCode::inconclusive : ExitCode::harness);
}

}  // namespace exo_harness::tools
