#include <algorithm>
#include <set>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

#include "gate/manifest_keys.h"
#include "gate/parts.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using exo_harness::format;
using Keys = std::map<std::string, ManifestValue>;

std::string quoted(const std::string& value) {
  return value.empty() ? "not known" : format("'{}'", sanitized_line(value, 200));
}

const std::string& value_of(const Keys& keys, const std::string& key) {
  static const std::string kNotKnown;
  const auto known = keys.find(key);
  return known == keys.end() ? kNotKnown : known->second.value;
}

std::vector<ManifestDifference> differences(const Keys& a, const Keys& b) {
  Keys all = a;
  all.insert(b.begin(), b.end());
  std::vector<ManifestDifference> found;
  for (const auto& [key, value] : all) {
    if (value_of(a, key) == value_of(b, key)) continue;
    found.push_back({key, value_of(a, key), value_of(b, key), value.kind, false, ""});
  }
  return found;
}

// Every run of a side is of one cluster and one build.
void check_one_build(const GateSide& side, const char* which, GateFindings& findings) {
  const Keys first = manifest_keys(side.runs.front().record);
  for (std::size_t i = 1; i < side.runs.size(); ++i) {
    for (const ManifestDifference& d : differences(first, manifest_keys(side.runs[i].record))) {
      const auto known = first.find(d.key);
      const bool of_the_cluster = known == first.end() || known->second.of_the_cluster;
      if (!of_the_cluster || d.kind == ManifestClass::soft || d.kind == ManifestClass::info) continue;
      findings.add(GateVerdict::incomparable, "manifest.mixed", d.key,
                   format("the runs of the {} are not of one build: {} in {}, {} in {}", which, quoted(d.baseline),
                          side.runs.front().name, quoted(d.candidate), side.runs[i].name));
    }
  }
}

void judge(const ManifestDifference& d, GateFindings& findings) {
  const std::string what = format("{} in the baseline, {} in the candidate", quoted(d.baseline), quoted(d.candidate));
  if (d.kind == ManifestClass::soft) findings.warn("manifest.soft", d.key, what);
  if (d.kind != ManifestClass::hard || d.declared) return;
  if (d.allowed.empty()) {
    findings.add(GateVerdict::incomparable, "manifest.differs", d.key,
                 format("{}: declare it with --vary {}, or allow it with --allow-diff {}=REASON", what, d.key, d.key));
  } else {
    findings.warn("manifest.allowed", d.key, format("{}; allowed: {}", what, sanitized_line(d.allowed)));
  }
}

// `exo`, `mlx`, `nodes`: what changed together cannot be told apart.
void tell_of_several_changes(const std::vector<ManifestDifference>& all, GateFindings& findings) {
  std::set<std::string> changed;
  for (const ManifestDifference& d : all) {
    if (d.kind == ManifestClass::subject || d.declared) changed.insert(d.key.substr(0, d.key.find('.')));
  }
  if (changed.size() < 2) return;
  findings.warn("manifest.several_changes", exo_harness::join({changed.begin(), changed.end()}, ", "),
                "more than one thing changed: whatever is worse cannot be put down to one of them");
}

bool has_key(const GateSide& side, std::string_view prefix) {
  const auto& facts = side.runs.front().record.facts;
  return std::any_of(facts.begin(), facts.end(), [&](const auto& fact) { return fact.first.starts_with(prefix); });
}

// What nobody recorded cannot differ, and is not thereby the same.
void tell_what_is_not_known(const GateSide& baseline, const GateSide& candidate, GateFindings& findings) {
  const std::pair<const char*, const char*> wanted[] = {
      {"model.", "whether the models are the same files: no run recorded a hash of them"},
      {"exo.version", "which Exo ran: no run recorded it (run --fact exo.version=…)"},
      {"mlx.version", "which MLX ran: no run recorded it (run --fact mlx.version=…)"}};
  for (const auto& [prefix, words] : wanted) {
    if (!has_key(baseline, prefix) && !has_key(candidate, prefix)) findings.result.not_tested.push_back(words);
  }
}

}  // namespace

void compare_manifests(const GateSide& baseline, const GateSide& candidate, GateFindings& findings) {
  check_one_build(baseline, "baseline", findings);
  check_one_build(candidate, "candidate", findings);
  auto& all = findings.result.differences;
  all = differences(manifest_keys(baseline.runs.front().record), manifest_keys(candidate.runs.front().record));
  for (ManifestDifference& d : all) {
    d.declared = matches_any(d.key, findings.options.vary);
    if (const auto allowed = findings.options.allow_diff.find(d.key); allowed != findings.options.allow_diff.end()) {
      d.allowed = allowed->second;
    }
    judge(d, findings);
  }
  tell_of_several_changes(all, findings);
  tell_what_is_not_known(baseline, candidate, findings);
}

}  // namespace exo_reports
