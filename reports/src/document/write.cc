#include "exo_reports/write.h"

#include <system_error>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redacted_copy.h"
#include "exo_harness/journal/journal.h"
#include "exo_reports/documents.h"

namespace exo_reports {

namespace fs = std::filesystem;
namespace journal = exo_harness::journal;
using exo_harness::format;
using exo_harness::HarnessError;

namespace {

void copy_logs(const fs::path& from, const fs::path& to) {
  if (!fs::exists(from / "logs")) return;
  std::error_code error;
  for (fs::recursive_directory_iterator it(from / "logs", error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error)) continue;
    const fs::path copy = to / it->path().lexically_relative(from / "logs");
    fs::create_directories(copy.parent_path(), error);
    if (!error && !exo_harness::copy_redacted(it->path(), copy)) error = std::make_error_code(std::errc::io_error);
    if (error) break;
  }
  if (error) {
    throw HarnessError(format("cannot copy {} to {}: {}", (from / "logs").string(), to.string(), error.message()),
                       "check space and rights there");
  }
}

// The journal of one shard, under writers and log paths of its own.
std::string renamed_journal(journal::Transcript transcript, std::size_t number) {
  std::string text;
  std::int64_t sequence = 0;
  for (journal::Record& record : transcript.records) {
    record.writer = format("{}/{}", number, record.writer);
    if (auto* log = std::get_if<journal::LogFile>(&record.body)) {
      const std::string below = log->path.rfind("logs/", 0) == 0 ? log->path.substr(5) : log->path;
      log->path = format("logs/{}/{}", number, below);
      log->node = format("{} (shard {})", log->node, number);
    }
    text += journal::to_line(record);
  }
  // What was wrong with the shard's journal must stay wrong in the joint one.
  const std::string writer = format("{}/merge", number);
  const std::string utc = transcript.records.empty() ? "" : transcript.records.back().utc;
  const std::int64_t t_ns = transcript.records.empty() ? 0 : transcript.records.back().t_ns;
  if (transcript.torn_tail) transcript.trouble.push_back("its last record is cut off");
  for (const std::string& trouble : transcript.trouble) {
    const journal::Trouble body{format("journal of shard {}: {}", number, trouble), "", Blame::harness, false};
    text += journal::to_line({writer, sequence++, t_ns, utc, body});
  }
  return text;
}

}  // namespace

Written write_reports(const fs::path& run_folder) {
  const RunRecord run = build_run_record(journal::read_journal(run_folder / "journal.jsonl"));
  exo_harness::write_file(run_folder / "verdict.json", verdict_json(run));
  exo_harness::write_file(run_folder / "manifest.json", manifest_json(run));
  exo_harness::write_file(run_folder / "summary.md", summary_md(run));
  exo_harness::write_file(run_folder / "junit.xml", junit_xml(run, JunitProfile::rich));
  exo_harness::write_file(run_folder / "junit-strict.xml", junit_xml(run, JunitProfile::strict));
  exo_harness::write_file(run_folder / "report.html", report_html(run, run_folder));
  return {run.judgement, run_folder / "report.html"};
}

Written merge(const std::vector<Shard>& shards, const fs::path& out) {
  if (fs::exists(out / "journal.jsonl")) {
    throw HarnessError(format("{} holds a run already", out.string()), "choose a new folder for the merged run");
  }
  std::string text;
  for (std::size_t i = 0; i < shards.size(); ++i) text += renamed_journal(shards[i].transcript, i + 1);
  std::error_code error;
  fs::create_directories(out, error);
  if (error) throw HarnessError(format("cannot create {}: {}", out.string(), error.message()), "check the path");
  for (std::size_t i = 0; i < shards.size(); ++i) {
    copy_logs(shards[i].folder, out / "logs" / format("{}", i + 1));
  }
  exo_harness::write_file(out / "journal.jsonl", text);
  return write_reports(out);
}

}  // namespace exo_reports
