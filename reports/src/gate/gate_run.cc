#include <nlohmann/json.hpp>

#include "exo_harness/core/digest.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/journal/journal.h"
#include "exo_reports/gate.h"

namespace exo_reports {
namespace {

namespace fs = std::filesystem;
using exo_harness::format;
using exo_harness::HarnessError;

std::string sha256_of(const fs::path& file) {
  exo_harness::Digest digest(exo_harness::DigestKind::sha256);
  digest.add_file(file);
  return digest.hex();
}

std::string kept_sha256_of(const fs::path& file) {
  if (!fs::exists(file)) return "";
  const auto json = nlohmann::json::parse(exo_harness::read_file(file), nullptr, false);
  if (json.is_object() && json.contains("journal_sha256") && json["journal_sha256"].is_string()) {
    return json["journal_sha256"].get<std::string>();
  }
  throw HarnessError(format("{} does not say what the journal's hash was", file.string()),
                     "keep the run again: exo-harness baseline RUN");
}

}  // namespace

GateRun read_gate_run(const fs::path& folder, const std::string& name) {
  const fs::path file = folder / "journal.jsonl";
  const auto transcript = exo_harness::journal::read_journal(file);
  GateRun run;
  run.name = name;
  run.record = build_run_record(transcript);
  run.schema = transcript.version;
  for (const auto& record : transcript.records) {
    run.starts += std::holds_alternative<exo_harness::journal::RunStarted>(record.body) ? 1 : 0;
  }
  run.journal_sha256 = sha256_of(file);
  run.kept_sha256 = kept_sha256_of(folder / "baseline.json");
  return run;
}

}  // namespace exo_reports
