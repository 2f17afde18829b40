#include "cluster/doctor_command.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/environment.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/doctor/doctor.h"
#include "exo_harness/doctor/exo_here.h"
#include "exo_harness/doctor/firewall.h"
#include "exo_harness/doctor/members.h"
#include "exo_harness/doctor/network_here.h"
#include "exo_harness/doctor/start_settings.h"
#include "exo_harness/exo/client.h"
#include "exo_harness/exo/version.h"

#include "cluster/ask_node.h"
#include "cluster/rehearsal_rows.h"

namespace exo_harness::tools {
namespace {

struct DoctorOptions {
  std::vector<std::string> apis;
  std::string exo, start_script, model;
  std::vector<std::string> placements;
  int nodes = 0;
  int port = 52415;
  bool jaccl = false;
  bool json = false;
};

void add_checks(std::vector<doctor::Check>& checks, const std::vector<doctor::Check>& more) {
  checks.insert(checks.end(), more.begin(), more.end());
}

int nodes_apart(const exo::State& cluster, const std::vector<doctor::NodeAnswer>& answers) {
  std::set<std::string> apart;
  for (const doctor::NodeAnswer& answer : answers) {
    if (!answer.node_id.empty() && !cluster.has_node(answer.node_id)) apart.insert(answer.node_id);
  }
  return static_cast<int>(apart.size());
}

void check_cluster(const DoctorOptions& options, const exo::State& state,
                   const std::vector<doctor::NodeAnswer>& answers, std::vector<doctor::Check>& checks) {
  add_checks(checks, doctor::check_state(state, {options.nodes, true, 0, utc_now(), nodes_apart(state, answers)}));
  for (const auto& [id, instance] : state.instances) add_checks(checks, doctor::check_matrix(instance, state));
}

// The first node that answers speaks for the cluster; each that was named, for itself. Gives what versions they are.
exo::Versions ask_cluster(const DoctorOptions& options, std::vector<doctor::Check>& checks) {
  exo::Versions versions;
  std::optional<exo::State> cluster;
  std::vector<doctor::NodeAnswer> answers;
  for (const std::string& api : options.apis) {
    exo::Client client(api);
    Outcome<exo::State> state = client.state(Deadline::after(milliseconds(10000)));
    if (!state) {
      checks.push_back({"api", api, doctor::Check::Status::bad, state.failure().what, "an answer of /state",
                        "Start Exo there, or mend the address; check firewall and Local Network permission.", "",
                        false});
      continue;
    }
    if (!cluster) cluster = *state;
    answers.push_back(ask_node(client, api, Deadline::after(milliseconds(15000))));
    versions.push_back(answers.back().seen.range());
  }
  if (!cluster) return versions;
  check_cluster(options, *cluster, answers, checks);
  add_checks(checks, doctor::check_members(*cluster, answers, options.nodes));
  return versions;
}

// What git calls the sources of the Exos of this machine; one that nobody described may be any.
exo::Versions versions_of(const doctor::ExoHere& here) {
  exo::Versions versions;
  for (const doctor::ExoInstallation& found : here.installations) {
    const auto sign = exo::sign_of_checkout(found.checkout);
    versions.push_back(sign ? sign->range : exo::VersionRange{});
  }
  return versions;
}

// Of those who are surely on zenoh only: libp2p needs no IPv6.
bool are_of_zenoh(const exo::Versions& versions) {
  return !versions.empty() && std::all_of(versions.begin(), versions.end(), [](const exo::VersionRange& range) {
    return exo::is_within(range, exo::zenoh_versions());
  });
}

void check_what_zenoh_needs(const DoctorOptions& options, const exo::Versions& versions,
                            std::vector<doctor::Check>& checks) {
  if (!options.start_script.empty())
    add_checks(checks, doctor::check_start_settings(doctor::read_start_settings(options.start_script, {}, {}),
                                                    versions.empty() ? exo::Versions{{}} : versions));
  if (are_of_zenoh(versions))
    add_checks(checks, doctor::check_network(doctor::gather_network(doctor::local_commands(), doctor::kIsMac),
                                             !options.apis.empty()));
}

std::vector<doctor::Check> check_here(const DoctorOptions& options, exo::Versions& versions) {
  const bool cluster = !options.apis.empty();
  const doctor::RunCommand run = doctor::local_commands();
  std::vector<doctor::Check> checks = doctor::check_machine(doctor::gather_machine(options.port), cluster);
  const doctor::ExoHere here = doctor::gather_exo(run, {options.exo, environment("PATH")});
  versions = versions_of(here);
  add_checks(checks, doctor::check_exo_here(here, cluster));
  add_checks(checks, doctor::check_firewall(doctor::gather_firewall(run, doctor::kIsMac, options.port), options.port));
  return checks;
}

int doctor(const DoctorOptions& options) {
  exo::Versions versions;
  std::vector<doctor::Check> checks = check_here(options, versions);
  if (const exo::Versions seen = ask_cluster(options, checks); !seen.empty()) versions = seen;
  check_what_zenoh_needs(options, versions, checks);
  // Beside a cluster this machine need not be a node: what the nodes are, the API says.
  if (doctor::kIsMac || options.apis.empty())
    add_checks(checks, doctor::check_local(doctor::gather_local(doctor::local_commands(), doctor::kIsMac), {}));
  if (!options.model.empty())
    add_checks(checks, rehearsal_rows({options.model, options.placements, true, options.exo, options.nodes}));
  const bool fit = doctor::is_fit(checks, options.jaccl);
  if (options.json) {
    fmt::print("{}\n", redact(doctor::to_json(checks)));
  } else {
    const std::string reason = doctor::why_no_jaccl(checks);
    fmt::print("{}\n{}\n{}\n", redact(doctor::human_table(checks)),
               reason.empty() ? "JACCL possible, as far as this shows" : reason, fit ? "fit" : "NOT FIT");
  }
  return to_int(fit ? ExitCode::passed : ExitCode::inconclusive);
}

}  // namespace

void add_doctor_command(CLI::App& app, int& exit_code) {
  CLI::App* command =
      app.add_subcommand("doctor", "Whether this machine and the nodes can run Exo, with JACCL and without");
  auto options = std::make_shared<DoctorOptions>();
  command->add_option("--api", options->apis, "A node of a running cluster, such as http://10.0.0.1:52415; repeatable");
  command->add_option("--nodes", options->nodes, "How many nodes it must have; with --api of each, others are foreign");
  command->add_option("--exo", options->exo, "A checkout or environment of Exo on this machine, for its versions");
  CLI::Option* model = command->add_option(
      "--model", options->model, "Ask the engine of Exo here about that model: a folder, a fixture model, or org/name");
  command->add_option("--placement", options->placements, "Which of its placements must do; else one node's")
      ->delimiter(',')
      ->needs(model);
  command->add_option("--start-script", options->start_script, "What starts Exo: settings that this version ends at")
      ->check(CLI::ExistingFile);
  command->add_option("--port", options->port, "API port of Exo on this machine")->capture_default_str();
  command->add_flag("--jaccl", options->jaccl, "JACCL is needed: its checks decide, too");
  command->add_flag("--json", options->json, "For scripts");
  command->callback([options, &exit_code] { exit_code = doctor(*options); });
}

}  // namespace exo_harness::tools
