#include "exo_harness/core/format.h"
#include "exo_harness/core/outcome.h"
#include "exo_reports/documents.h"

#include "document/content_hash.h"
#include "page_data.h"
#include "page_parts.h"

namespace exo_reports {
namespace {

// Where the packed logs go; no data can hold it, as all data is escaped.
constexpr std::string_view kBlocksMark = "<!--blocks-->";

std::string blocks_of(const std::vector<PackedLog>& logs) {
  std::string html;
  for (std::size_t log = 0; log < logs.size(); ++log) {
    for (std::size_t block = 0; block < logs[log].blocks.size(); ++block) {
      html += exo_harness::format("<template id=\"block-{}-{}\">", log, block);
      html += logs[log].blocks[block];
      html += "</template>\n";
    }
  }
  return html;
}

}  // namespace

std::string render_page(const std::string& form, mustache::data& page) {
  const std::string style = page_css();
  page["style"] = style;
  page["style_hash"] = policy_hash(style);
  mustache::mustache parsed(form);
  if (!parsed.is_valid()) exo_harness::abort_for_bug(parsed.error_message(), __FILE__, __LINE__);
  return parsed.render(page);
}

std::string report_html(const RunRecord& run, const std::filesystem::path& run_folder) {
  const std::vector<PackedLog> logs = pack_logs(run, run_folder);
  mustache::data page;
  set_head(page, run);
  set_reasons(page, run);
  set_failures(page, run);
  set_predictions(page, run);
  set_times(page, run);
  set_cluster(page, run);
  set_findings_and_skips(page, run);
  set_tests(page, run);
  set_logs(page, logs);
  set_run(page, run);
  const std::string script = page_js();
  page["script"] = script;
  page["script_hash"] = policy_hash(script);

  const std::string html = render_page(page_html(), page);
  const std::size_t mark = html.find(kBlocksMark);
  if (mark == std::string::npos) exo_harness::abort_for_bug("the page has no place for its logs", __FILE__, __LINE__);
  return html.substr(0, mark) + blocks_of(logs) + html.substr(mark + kBlocksMark.size() + 1);
}

}  // namespace exo_reports
