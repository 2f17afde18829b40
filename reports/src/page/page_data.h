#pragma once

#include <string>
#include <string_view>

#if __has_include(<kainjow/mustache.hpp>)
#include <kainjow/mustache.hpp>
#else
#include <mustache.hpp>
#endif

#include "exo_reports/run_record.h"

#include "log_blocks.h"

namespace exo_reports {

namespace mustache = kainjow::mustache;

/// How a verdict looks: word, shape and colour together, never colour alone.
struct Look {
  std::string symbol, word, tone;  ///< `tone`: good, bad, warn, none.
};
Look look_of(Verdict verdict);
/// Sets symbol, word and tone.
void set_look(mustache::data& data, const Look& look);
/// The same of a verdict, and status.
void set_look(mustache::data& data, Verdict verdict);

/// Fills in `form`, a template of ours, with `page`, the style and its hash.
std::string render_page(const std::string& form, mustache::data& page);

/// The tests of more failures than that are in the table only.
inline constexpr std::size_t kMaxFailuresInFull = 200;

// Each sets its part of the page's data.
void set_head(mustache::data& page, const RunRecord& run);
void set_reasons(mustache::data& page, const RunRecord& run);
void set_failures(mustache::data& page, const RunRecord& run);
void set_predictions(mustache::data& page, const RunRecord& run);
void set_times(mustache::data& page, const RunRecord& run);
void set_cluster(mustache::data& page, const RunRecord& run);
void set_findings_and_skips(mustache::data& page, const RunRecord& run);
void set_tests(mustache::data& page, const RunRecord& run);
void set_logs(mustache::data& page, const std::vector<PackedLog>& logs);
void set_run(mustache::data& page, const RunRecord& run);

}  // namespace exo_reports
