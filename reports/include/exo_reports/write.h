#pragma once

#include <filesystem>
#include <vector>

#include "exo_harness/journal/journal.h"
#include "exo_reports/run_record.h"

namespace exo_reports {

/// What `write_reports` found and wrote.
struct Written {
  Judgement judgement;
  std::filesystem::path report;  ///< report.html
};

/// Reads `journal.jsonl` of a run folder and writes every report into it: manifest.json, junit.xml, junit-strict.xml,
/// verdict.json, summary.md and report.html.
///
/// Pure: the same journal and logs give the same bytes, whenever and wherever. Fails: HarnessError when the journal
/// cannot be read or a file cannot be written; files already there then stay whole.
Written write_reports(const std::filesystem::path& run_folder);

/// The journal of one shard, and where it lies.
struct Shard {
  std::filesystem::path folder;
  exo_harness::journal::Transcript transcript;
};

/// Reads the journals of these run folders. Fails: UsageError that names two of them which are not different shards of
/// one run (the same shard twice, parts of different numbers, other settings, another version of the harness), or when
/// there is none; HarnessError when a journal cannot be read. A journal without a start says nothing of that and is let
/// through: its shard is missing in the joint record, which says so.
std::vector<Shard> read_shards(const std::vector<std::filesystem::path>& run_folders);

/// Joins the shards of one run into `out`: their journals become one (each writer named `1/harness`, `2/harness` …, by
/// the order given), their logs are copied to `logs/<number>/`, and every report is written. A shard that its settings
/// name and that is not there makes the run inconclusive. Fails:
/// HarnessError, also when `out` has a journal already.
Written merge(const std::vector<Shard>& shards, const std::filesystem::path& out);

}  // namespace exo_reports
