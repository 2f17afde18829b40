#pragma once

#include <string>

namespace exo_reports {

// reports/templates/report.*, embedded by the build.
std::string page_html();
std::string page_css();
std::string page_js();
std::string gate_template();
std::string history_template();

}  // namespace exo_reports
