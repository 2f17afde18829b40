#include "cluster/bring_up.h"

#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/diagnose/signature/log_scan.h"
#include "exo_harness/diagnose/signature/signature.h"
#include "exo_harness/model/fixture/fixture.h"
#include "exo_harness/trial/node_logs.h"

#include "app/interruption.h"
#include "app/tool_paths.h"
#include "cluster/discovery_doctor.h"
#include "cluster/fake_address.h"

namespace exo_harness::tools {
namespace {

constexpr const char* kFakeScript = "start-fake-cluster";

bool throw_when_asked() {
  if (stop_asked()) throw Interrupted("interrupted while the cluster came up", "");
  return false;
}

Outcome<UpCluster> attach(const cluster::ClusterSpec& spec, journal::Journal& journal, Progress& progress,
                          cluster::RdmaEdges rdma) {
  cluster::AttachOptions options;
  options.rdma = rdma;
  options.no_connection = FailureKind::unfit;
  options.insight = [doctor = DiscoveryDoctor(spec.apis, spec.nodes, spec.speed)](Deadline deadline) mutable {
    return doctor.look(Clock::now(), deadline);
  };
  options.give_up = []() -> std::optional<Failure> {
    throw_when_asked();
    return std::nullopt;
  };
  auto attached = cluster::Cluster::attach(spec, journal, progress, options);
  if (!attached.ok()) return attached.failure();
  return UpCluster{std::nullopt, std::move(attached).value()};
}

// A node that ended at its start has said why, in the output of the script or in its log.
void throw_what_a_node_said(const cluster::ClusterSpec& spec, const RunFolder& run, const HarnessError& ended) {
  const auto book = diagnose::SignatureBook::standard(model::fixtures_folder());
  std::vector<std::filesystem::path> logs = trial::node_logs(spec.log_files, run.path / "logs");
  logs.insert(logs.begin(), run.path / "start.log");
  for (const std::filesystem::path& log : logs) {
    std::error_code error;
    if (!std::filesystem::exists(log, error)) continue;
    for (const diagnose::Hit& hit : diagnose::scan_file(book, log, {}).hits) {
      if (hit.signature->benign || hit.signature->stage != Phase::start) continue;
      const std::string what =
          format("{}: {} ({})", ended.what(), hit.signature->cause, shorten(printable(hit.text), 200));
      if (hit.signature->blame == Blame::environment) throw EnvironmentError(what, hit.signature->remedy);
      throw HarnessError(what, hit.signature->remedy);
    }
  }
}

Outcome<UpCluster> start(const cluster::ClusterSpec& spec, const RunFolder& run, journal::Journal& journal,
                         Progress& progress, std::optional<std::chrono::milliseconds> hard_limit,
                         cluster::RdmaEdges rdma) {
  cluster::BringUpOptions options;
  options.supervisor = find_program("exo-leash");
  options.run_folder = run.path;
  options.run_id = run.run_id;
  options.hard_limit = hard_limit;
  options.rdma = rdma;
  options.interrupted = throw_when_asked;
  options.user_stops = stop_asked;
  options.hurry = hurry_asked;
  try {
    auto started = cluster::StartedCluster::bring_up(spec, options, journal, progress);
    if (!started.ok()) return started.failure();
    return UpCluster{std::move(started).value(), std::nullopt};
  } catch (const cluster::ScriptEnded& ended) {
    throw_what_a_node_said(spec, run, ended);
    throw;
  }
}

}  // namespace

bool is_embedded_fake(const cluster::ClusterSpec& spec) {
  return spec.start_script.empty() && spec.apis.empty();
}

cluster::ClusterSpec with_fake_start(cluster::ClusterSpec spec) {
  if (!is_embedded_fake(spec)) return spec;
  spec.start_script = find_program(kFakeScript);
  const FakeAddress address = free_fake_address(spec.nodes);
  spec.apis = address.apis;
  spec.environment["EXO_FAKE_PORT"] = std::to_string(address.port);
  spec.environment["EXO_FAKE_SPEED"] = format("{}", spec.speed);
  return spec;
}

Outcome<UpCluster> bring_up(const cluster::ClusterSpec& spec, const RunFolder& run, journal::Journal& journal,
                            Progress& progress, std::optional<std::chrono::milliseconds> hard_limit,
                            cluster::RdmaEdges rdma) {
  auto up = spec.start_script.empty() ? attach(spec, journal, progress, rdma)
                                      : start(spec, run, journal, progress, hard_limit, rdma);
  if (up.ok()) up->locks.take(up->cluster().nodes(), run.path);
  return up;
}

}  // namespace exo_harness::tools
