#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_reports/write.h"

namespace exo_reports {

namespace {

using exo_harness::format;
using exo_harness::UsageError;
using exo_harness::journal::RunStarted;

constexpr const char* kWhole = "1/1";

const RunStarted* start_of(const Shard& shard) {
  for (const auto& record : shard.transcript.records) {
    if (const auto* start = std::get_if<RunStarted>(&record.body)) return start;
  }
  return nullptr;
}

std::string setting(const RunStarted& start, const std::string& name, const char* otherwise = "") {
  const auto known = start.settings.find(name);
  return known == start.settings.end() ? otherwise : known->second;
}

std::string_view count_of(std::string_view shard) {
  return shard.substr(shard.find('/') + 1);
}

/// Fails: UsageError, if the two runs were not asked for the same.
void check_same(const Shard& a, const Shard& b, const std::string& what, const std::string& in_a,
                const std::string& in_b) {
  if (in_a == in_b) return;
  throw UsageError(format("{} and {} are not shards of one run: {} is '{}' in the first, '{}' in the second",
                          a.folder.string(), b.folder.string(), what, in_a, in_b),
                   "merge only runs that were started with the same options but --shard");
}

void check_settings(const Shard& a, const RunStarted& first, const Shard& b, const RunStarted& second) {
  check_same(a, b, "the version of exo-harness", first.version, second.version);
  auto names = first.settings;
  names.insert(second.settings.begin(), second.settings.end());
  names.erase("shard");
  for (const auto& [name, value] : names) check_same(a, b, name, setting(first, name), setting(second, name));
  const std::string one = setting(first, "shard", kWhole), other = setting(second, "shard", kWhole);
  check_same(a, b, "the number of shards", std::string(count_of(one)), std::string(count_of(other)));
}

void check_belong_together(const std::vector<Shard>& shards) {
  std::map<std::string, const Shard*> seen;
  for (const Shard& shard : shards) {
    const RunStarted* start = start_of(shard);
    if (!start) continue;
    if (!seen.empty()) check_settings(*seen.begin()->second, *start_of(*seen.begin()->second), shard, *start);
    const std::string part = setting(*start, "shard", kWhole);
    if (const auto [known, is_new] = seen.emplace(part, &shard); !is_new) {
      throw UsageError(
          format("{} and {} are both shard {}", known->second->folder.string(), shard.folder.string(), part),
          "name each shard once");
    }
  }
}

}  // namespace

std::vector<Shard> read_shards(const std::vector<std::filesystem::path>& run_folders) {
  if (run_folders.empty()) throw UsageError("no run folder to merge", "name at least one");
  std::vector<Shard> shards;
  for (const auto& folder : run_folders) {
    shards.push_back({folder, exo_harness::journal::read_journal(folder / "journal.jsonl")});
  }
  check_belong_together(shards);
  return shards;
}

}  // namespace exo_reports
