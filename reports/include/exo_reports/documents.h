#pragma once

#include <filesystem>
#include <string>

#include "exo_reports/run_record.h"

namespace exo_reports {

// Each document is a pure function of the record: no clock, no environment, no locale. Text from the cluster is
// hostile; every writer shows it as text and nothing else. Formats: reports/README.md.

/// `rich` has files, lines and properties of cases (reports/junit-rich.xsd); `strict` keeps to what the Jenkins readers
/// check (reports/junit-strict.xsd).
enum class JunitProfile { rich, strict };
std::string junit_xml(const RunRecord& run, JunitProfile profile);

/// The verdict for scripts, schema `exo-harness/verdict/1`.
std::string verdict_json(const RunRecord& run);

/// Versions, settings, seeds and hosts, schema `exo-harness/manifest/1`.
std::string manifest_json(const RunRecord& run);

/// For people in a hurry and for job summaries: the first line is the answer. At most 200 kB.
std::string summary_md(const RunRecord& run);

/// The one page. Logs are read below `run_folder` and embedded compressed.
std::string report_html(const RunRecord& run, const std::filesystem::path& run_folder);

}  // namespace exo_reports
