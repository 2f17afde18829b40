#include <cmath>

#include <nlohmann/json.hpp>

#include "exo_reports/gate_documents.h"

#include "gate/gate_words.h"
#include "sanitize.h"

namespace exo_reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxTextBytes = 4096;

std::string safe(std::string_view text) {
  return sanitized(text, kMaxTextBytes);
}

// What is no number is null: nothing is known.
Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

template <class Values, class One>
Json array_of(const Values& values, One one) {
  Json json = Json::array();
  for (const auto& value : values) json.push_back(one(value));
  return json;
}

Json texts(const std::vector<std::string>& values) {
  return array_of(values, [](const std::string& text) { return Json(safe(text)); });
}

Json side_json(const std::vector<std::string>& runs, const std::string& sha256) {
  return {{"runs", texts(runs)}, {"journal_sha256", sha256}};
}

Json reason(const GateReason& r) {
  return {{"verdict", to_string(r.verdict)}, {"rule", r.rule}, {"subject", safe(r.subject)}, {"what", safe(r.what)}};
}

Json difference(const ManifestDifference& d) {
  return {{"key", safe(d.key)},         {"baseline", safe(d.baseline)}, {"candidate", safe(d.candidate)},
          {"class", to_string(d.kind)}, {"declared", d.declared},       {"allowed", safe(d.allowed)}};
}

Json test(const TestComparison& t) {
  return {{"suite", safe(t.suite)},
          {"name", safe(t.name)},
          {"outcome", t.outcome},
          {"baseline", {{"failed", t.baseline_failed}, {"runs", t.baseline_runs}}},
          {"candidate", {{"failed", t.candidate_failed}, {"runs", t.candidate_runs}}},
          {"signature", safe(t.signature)}};
}

Json comparison(const PerformanceComparison& p) {
  return {{"model", safe(p.model)},
          {"placement", safe(p.placement)},
          {"workload", safe(p.workload)},
          {"concurrency", p.concurrency},
          {"metric", safe(p.metric)},
          {"primary", p.primary},
          {"verdict", to_string(p.verdict)},
          {"stage", p.stage},
          {"ratio", p.stage > 0 ? number(p.ratio) : Json(nullptr)},
          {"lower", p.stage > 0 ? number(p.lower) : Json(nullptr)},
          {"upper", p.stage > 0 ? number(p.upper) : Json(nullptr)},
          {"threshold", number(p.threshold)},
          {"detectable", number(p.detectable)},
          {"p", number(p.p)},
          {"baseline", array_of(p.baseline, number)},
          {"candidate", array_of(p.candidate, number)},
          {"why", safe(p.why)}};
}

Json answer(const AnswerComparison& a) {
  return {{"model", safe(a.model)},
          {"placement", safe(a.placement)},
          {"prompt", safe(a.prompt)},
          {"outcome", a.outcome},
          {"what", safe(a.what)},
          {"agreeing", a.agreeing},
          {"max_delta", number(a.max_delta)},
          {"baseline", {{"token", safe(a.baseline_token)}, {"margin", number(a.baseline_margin)}}},
          {"candidate", {{"token", safe(a.candidate_token)}, {"margin", number(a.candidate_margin)}}}};
}

}  // namespace

std::string gate_json(const GateResult& result, const GateNames& names) {
  Json counts = Json::object();
  for (const auto& [outcome, count] : result.counts) counts[outcome] = count;
  const Json json = {{"schema", "exo-harness/gate/1"},
                     {"verdict", to_string(result.verdict)},
                     {"exit_code", exo_harness::to_int(exit_code_of(result.verdict))},
                     {"sentence", safe(result.sentence)},
                     {"policy", policy_of(result.options)},
                     {"mode", result.interleaved ? "interleaved" : "historical"},
                     {"baseline", side_json(names.baseline, names.baseline_sha256)},
                     {"candidate", side_json(names.candidate, names.candidate_sha256)},
                     {"declared", texts(result.options.vary)},
                     {"reasons", array_of(result.reasons, reason)},
                     {"manifest", array_of(result.differences, difference)},
                     {"counts", counts},
                     {"detectable", result.detectable > 0 ? Json(result.detectable) : Json(nullptr)},
                     {"not_tested", texts(result.not_tested)},
                     {"tests", array_of(result.tests, test)},
                     {"performance", array_of(result.performance, comparison)},
                     {"answers", array_of(result.answers, answer)},
                     {"harness", safe(names.harness)}};
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace exo_reports
