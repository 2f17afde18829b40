#include <nlohmann/json.hpp>

#include "exo_reports/documents.h"

#include "sanitize.h"
#include "verdict/agreement.h"

namespace exo_reports {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxFieldBytes = 4096;

std::string dump(const Json& json) {
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string safe(std::string_view text) {
  return sanitized(text, kMaxFieldBytes);
}

Json object_of(const std::map<std::string, std::string>& values) {
  Json json = Json::object();
  for (const auto& [key, value] : values) json[safe(key)] = safe(value);
  return json;
}

Json array_of(const std::vector<std::string>& texts) {
  Json json = Json::array();
  for (const std::string& text : texts) json.push_back(safe(text));
  return json;
}

Json reasons_json(const Judgement& judgement) {
  Json json = Json::array();
  for (const Reason& r : judgement.reasons) {
    json.push_back({{"verdict", to_string(r.verdict)},
                    {"subject", safe(r.subject)},
                    {"what", safe(r.what)},
                    {"cause", safe(r.cause)},
                    {"remedy", safe(r.remedy)},
                    {"report", r.anchor.empty() ? "report.html" : "report.html#" + r.anchor}});
  }
  return json;
}

Json test_json(const TestRecord& test) {
  Json json = {{"suite", safe(test.suite)},
               {"name", safe(test.name)},
               {"verdict", to_string(test.verdict)},
               {"took_ms", test.took_ms}};
  if (!test.model.empty()) json["model"] = safe(test.model);
  if (!test.placement.empty()) json["placement"] = safe(test.placement);
  if (!test.reason.empty()) json["reason"] = safe(test.reason);
  if (!test.properties.empty()) json["properties"] = object_of(test.properties);
  if (test.attempts.size() > 1) {
    for (const Verdict verdict : test.attempts) json["attempts"].push_back(to_string(verdict));
  }
  return json;
}

Json left_out_of(const RunRecord& run) {
  Json json = Json::object();
  for (const auto& [suite, tests] : run.left_out) json[safe(suite)] = array_of(tests);
  return json;
}

Json tests_of(const RunRecord& run) {
  Json json = Json::array();
  for (const SuiteRecord& suite : run.suites) {
    for (const TestRecord& test : suite.tests) json.push_back(test_json(test));
  }
  return json;
}

/// Null when nothing was predicted, or nothing seen that decides.
Json agreed_json(const exo_harness::journal::PredictionSeen& prediction) {
  switch (agreement_of(prediction)) {
    case Agreement::yes:
      return true;
    case Agreement::no:
      return false;
    default:
      return nullptr;
  }
}

Json predictions_of(const RunRecord& run) {
  Json json = Json::array();
  for (const auto& p : run.predictions) {
    json.push_back({{"model", safe(p.model)},
                    {"placement", safe(p.placement)},
                    {"predicted", safe(p.predicted)},
                    {"reason", safe(p.reason)},
                    {"basis", safe(p.basis)},
                    {"seen", safe(p.seen)},
                    {"detail", safe(p.detail)},
                    {"agrees", agreed_json(p)}});
  }
  return json;
}

Json strategy_of(const exo_harness::journal::StrategyTried& tried) {
  Json placements = Json::array();
  for (const auto& one : tried.placements) {
    placements.push_back({{"placement", safe(one.placement)},
                          {"outcome", safe(one.outcome)},
                          {"why", safe(one.why)},
                          {"foretold", one.as_expected}});
  }
  return {{"model", safe(tried.model)},
          {"outcome", safe(tried.outcome)},
          {"why", safe(tried.why)},
          {"foretold", tried.as_expected},
          {"placements", placements},
          {"fallback", safe(tried.fallback)},
          {"fallback_fit", safe(tried.fallback_fit)},
          {"answer", safe(tried.answer)}};
}

Json findings_of(const RunRecord& run) {
  Json json = Json::array();
  for (const auto& f : run.findings) {
    json.push_back({{"id", safe(f.id)}, {"title", safe(f.title)}, {"versions", safe(f.versions)}});
  }
  return json;
}

Json nodes_of(const RunRecord& run) {
  Json json = Json::array();
  for (const auto& n : run.nodes) {
    json.push_back({{"id", safe(n.id)},
                    {"name", safe(n.name)},
                    {"api", safe(n.api)},
                    {"generation", safe(n.generation)},
                    {"chip", safe(n.chip)},
                    {"os", safe(n.os)},
                    {"ram_total", n.ram_total}});
  }
  return json;
}

}  // namespace

std::string verdict_json(const RunRecord& run) {
  const Judgement& judgement = run.judgement;
  Json counts = Json::object();
  int total = 0;
  for (const auto& [verdict, number] : judgement.counts) {
    counts[std::string(to_string(verdict))] = number;
    total += number;
  }
  Json json = {{"schema", "exo-harness/verdict/1"},
               {"verdict", to_string(judgement.verdict)},
               {"exit_code", exo_harness::to_int(judgement.exit_code)},
               {"sentence", judgement.sentence},
               {"run", safe(run.run_id)},
               {"harness", safe(run.version)},
               {"host", safe(run.host)},
               {"started", safe(run.started_utc)},
               {"ended", safe(run.ended_utc)},
               {"took_ms", run.took_ms},
               {"complete", run.ended && !run.torn_tail && run.journal_trouble.empty()},
               {"tests_total", total},
               {"counts", counts},
               {"reasons", reasons_json(judgement)},
               {"predictions", predictions_of(run)},
               {"findings", findings_of(run)},
               {"tests", tests_of(run)}};
  if (!run.left_out.empty()) json["left_out"] = left_out_of(run);
  if (!run.strategies.empty()) json["strategy"] = strategy_of(run.strategies.back());
  return dump(json);
}

std::string manifest_json(const RunRecord& run) {
  return dump({{"schema", "exo-harness/manifest/1"},
               {"run", safe(run.run_id)},
               {"harness", safe(run.version)},
               {"host", safe(run.host)},
               {"started", safe(run.started_utc)},
               {"command", array_of(run.command)},
               {"settings", object_of(run.settings)},
               {"facts", object_of(run.facts)},
               {"nodes", nodes_of(run)}});
}

}  // namespace exo_reports
