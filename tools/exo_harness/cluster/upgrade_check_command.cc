#include "cluster/upgrade_check_command.h"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"

#include "cluster/cluster_options.h"
#include "cluster/upgrade_report.h"

namespace exo_harness::tools {
namespace {

void print_findings(const char* title, const std::vector<model::Finding>& findings) {
  if (!findings.empty()) fmt::print("\n{}\n", title);
  for (const model::Finding& finding : findings) fmt::print("  {}: {}\n", finding.id, finding.title);
}

void print_report(const UpgradeReport& report, bool fit) {
  fmt::print("from {}\nto   {}\n", words_of(report.from), words_of(report.to));
  for (const exo::Versions& versions : {report.from, report.to}) {
    if (!std::all_of(versions.begin(), versions.end(), was_recorded))
      fmt::print("     {} was not recorded: its faults are told as those of the last one before it that was ({})\n",
                 words_of(versions), words_of(recorded_versions()));
  }
  fmt::print("\n{}", redact(doctor::human_table(report.checks)));
  if (!report.changes.empty()) fmt::print("\nother than before\n");
  for (const model::Change& change : report.changes) {
    fmt::print("  {}\n", change.title);
    if (!change.advice.empty()) fmt::print("    → {}\n", change.advice);
  }
  if (!report.undone.empty()) fmt::print("\nno more, as before a newer version\n");
  for (const model::Change& change : report.undone) fmt::print("  {}\n", change.title);
  print_findings("known faults that come", report.come);
  print_findings("known faults that go", report.go);
  fmt::print(
      "\nthe gate: exo-harness gate --interleave OLD NEW, two cluster files, one a version; or `run`, `baseline`, "
      "upgrade, `run`, `gate`\n{}\n",
      fit ? "nothing here forbids it" : "NOT READY: mend what is BAD before");
}

nlohmann::json json_of(const UpgradeReport& report, bool fit) {
  nlohmann::json out = {{"schema", "exo-harness/upgrade-check/1"},
                        {"from", words_of(report.from)},
                        {"to", words_of(report.to)},
                        {"ready", fit},
                        {"checks", nlohmann::json::parse(doctor::to_json(report.checks))},
                        {"changes", nlohmann::json::array()},
                        {"changes_undone", nlohmann::json::array()},
                        {"findings_that_come", nlohmann::json::array()},
                        {"findings_that_go", nlohmann::json::array()}};
  for (const model::Change& change : report.changes)
    out["changes"].push_back({{"id", change.id}, {"title", change.title}, {"advice", change.advice}});
  for (const model::Change& change : report.undone)
    out["changes_undone"].push_back({{"id", change.id}, {"title", change.title}});
  for (const model::Finding& finding : report.come) out["findings_that_come"].push_back(finding.id);
  for (const model::Finding& finding : report.go) out["findings_that_go"].push_back(finding.id);
  return out;
}

int upgrade_check(const UpgradeOptions& options) {
  const UpgradeReport report = look_at_upgrade(options);
  const bool fit = doctor::is_fit(report.checks, false);
  if (options.json)
    fmt::print("{}\n", redact(json_of(report, fit).dump(2)));
  else
    print_report(report, fit);
  return to_int(fit ? ExitCode::passed : ExitCode::inconclusive);
}

}  // namespace

void add_upgrade_check_command(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "upgrade-check", "What an upgrade of Exo breaks: start script, this machine, model cards, known faults");
  auto options = std::make_shared<UpgradeOptions>();
  command->add_option("--to", options->to, "The version to come: v1.0.71+44, zenoh, or bounds")->required();
  command->add_option("--from", options->from, "What runs now; without it the nodes at --api are asked");
  add_address_options(*command, *options);
  command->add_flag("--json", options->json, "For scripts");
  command->callback([options, &exit_code] { exit_code = upgrade_check(*options); });
}

}  // namespace exo_harness::tools
