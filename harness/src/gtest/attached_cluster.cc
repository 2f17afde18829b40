#include "exo_harness/gtest/attached_cluster.h"

#include <filesystem>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/trial/hang_evidence.h"

#include "apart_note.h"
#include "leftovers.h"
#include "session.h"

namespace exo_harness::gtest {
namespace {

std::vector<std::string> ids_of(const std::vector<cluster::Node>& nodes) {
  std::vector<std::string> ids;
  for (const cluster::Node& node : nodes) ids.push_back(node.id);
  return ids;
}

cluster::Cluster attach(Session& s) {
  const std::string file = environment("EXO_HARNESS_CLUSTER");
  if (file.empty()) {
    throw UsageError("EXO_HARNESS_CLUSTER is not set: no cluster to test",
                     "bring one up with `exo-harness up` and set it to the file that is printed");
  }
  s.file = cluster::read_cluster_file(file);
  cluster::AttachOptions options;
  options.record = false;
  options.on_exchange = [&s](const exo::Exchange& exchange) { s.keep(exchange); };
  options.on_placed = remember_placed;
  if (!is_part_of_a_run()) s.locks.take(s.file->nodes, s.file->run_folder);
  const auto note = std::make_shared<ApartNote>(file, s.file->spec.limits.discovery);
  options.give_up = [note] { return note->why_end(); };  // The cluster asks at each later wait, too.
  auto attached = cluster::attach(*s.file, s.journal(), silent_progress(), options);
  if (attached) {
    note->whole();
    return std::move(attached).value();
  }
  note->apart(attached.failure());
  s.no_cluster_verdict = verdict_of(attached.failure().kind);
  throw NoCluster(format("no cluster: {}", to_string(attached.failure())));
}

void try_to_attach(Session& s) {
  try {
    s.cluster.emplace(attach(s));
    s.cluster->on_hang([&s] { trial::journal_processes(*s.cluster, s.journal()); });
    remove_leftovers(*s.cluster);
  } catch (const NoCluster& error) {
    s.why_no_cluster = error.what();
  } catch (const EnvironmentError& error) {
    s.no_cluster_verdict = Verdict::environment;
    s.why_no_cluster = format("{}; {}", error.what(), error.advice());
  } catch (const HarnessError& error) {
    s.no_cluster_verdict = Verdict::harness;
    s.why_no_cluster = format("{}; {}", error.what(), error.advice());
  }
}

}  // namespace

cluster::Cluster& attached_cluster() {
  Session& s = session();
  if (!s.cluster && s.why_no_cluster.empty()) try_to_attach(s);
  if (s.cluster) return *s.cluster;
  if (!s.test.met) s.test.met = s.no_cluster_verdict;
  throw NoCluster(s.why_no_cluster);
}

void keep_nodes() {
  Session& s = session();
  if (!s.file || !s.cluster || ids_of(s.file->nodes) == ids_of(s.cluster->nodes())) return;
  s.file->nodes = s.cluster->nodes();
  if (!is_part_of_a_run()) s.locks.take(s.file->nodes, s.file->run_folder);
  s.file->spec.apis.clear();
  for (const cluster::Node& node : s.file->nodes) s.file->spec.apis.push_back(node.api);
  cluster::write_cluster_file(environment("EXO_HARNESS_CLUSTER"), *s.file);
}

std::string run_folder_of_cluster() {
  return session().file ? session().file->run_folder.string() : "";
}

void ClusterTest::SetUp() {
  try {
    attached_cluster();
  } catch (const NoCluster& error) {
    FAIL() << error.what();
  }
}

}  // namespace exo_harness::gtest
