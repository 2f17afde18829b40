#include "doctor_command.h"

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "exo_harness/core/clock.h"
#include "exo_harness/core/exit_code.h"
#include "exo_harness/core/format.h"
#include "exo_harness/diagnose/doctor.h"
#include "exo_harness/exo/client.h"

namespace exo_harness::tools {
namespace {

struct DoctorOptions {
  std::vector<std::string> apis;
  int nodes = 0;
  int port = 52415;
  bool jaccl = false;
  bool json = false;
};

#ifdef __APPLE__
constexpr bool kIsMac = true;
#else
constexpr bool kIsMac = false;
#endif

void ask_cluster(const DoctorOptions& options, std::vector<diagnose::Check>& checks) {
  for (const std::string& api : options.apis) {
    exo::Client client(api);
    const Outcome<exo::State> state = client.state(Deadline::after(milliseconds(10000)));
    if (!state) {
      checks.push_back({"api", api, diagnose::Check::Status::bad, state.failure().what, "an answer of /state",
                        "Start Exo there, or mend the address; check firewall and Local Network permission.", "",
                        false});
      continue;
    }
    const auto found = diagnose::check_state(*state, {options.nodes, true, 0, utc_now()});
    checks.insert(checks.end(), found.begin(), found.end());
    for (const auto& [id, instance] : state->instances) {
      const auto matrix = diagnose::check_matrix(instance, *state);
      checks.insert(checks.end(), matrix.begin(), matrix.end());
    }
    return;  // one node speaks for all
  }
}

int doctor(const DoctorOptions& options) {
  std::vector<diagnose::Check> checks =
      diagnose::check_machine(diagnose::gather_machine(options.port), !options.apis.empty());
  ask_cluster(options, checks);
  const auto local = diagnose::check_local(diagnose::gather_local(diagnose::local_commands(), kIsMac), {});
  checks.insert(checks.end(), local.begin(), local.end());
  const bool fit = diagnose::is_fit(checks, options.jaccl);
  if (options.json) {
    fmt::print("{}\n", diagnose::to_json(checks));
  } else {
    const std::string reason = diagnose::why_no_jaccl(checks);
    fmt::print("{}\n{}\n{}\n", diagnose::table_for_people(checks),
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
  command->add_option("--nodes", options->nodes, "How many nodes it must have");
  command->add_option("--port", options->port, "API port of Exo on this machine")->capture_default_str();
  command->add_flag("--jaccl", options->jaccl, "JACCL is needed: its checks decide, too");
  command->add_flag("--json", options->json, "For scripts");
  command->callback([options, &exit_code] { exit_code = doctor(*options); });
}

}  // namespace exo_harness::tools
