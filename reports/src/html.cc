#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_reports/documents.h"

namespace exo_reports {

std::string report_html(const RunRecord& run, const std::filesystem::path&) {
  return exo_harness::format("<!doctype html><title>{0}</title><h1>{0}</h1>\n",
                             exo_harness::escape_markup(run.judgement.sentence));
}

}  // namespace exo_reports
