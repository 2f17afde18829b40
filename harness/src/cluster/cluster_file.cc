#include "exo_harness/cluster/cluster_file.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/cluster/wholeness.h"
#include "exo_harness/core/clock.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"

#include "limits_table.h"

namespace exo_harness::cluster {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kFormat = 1;

Json limits_json(const PhaseLimits& limits) {
  Json json = Json::object();
  for (const auto& [key, member] : kLimits) json[key] = (limits.*member).count();
  return json;
}

Json nodes_json(const std::vector<Node>& nodes) {
  Json json = Json::array();
  for (const Node& node : nodes) {
    const std::string api = without_credentials(node.api);
    json.push_back({{"id", node.id},
                    {"api", api},
                    {"name", node.name},
                    {"generation", exo::to_string(node.generation)},
                    {"wants_credentials", api != node.api}});
  }
  return json;
}

Json logs_json(const std::vector<std::filesystem::path>& files) {
  Json json = Json::array();
  for (const std::filesystem::path& file : files) json.push_back(file.string());
  return json;
}

Json asked_json(const AskedFor& asked) {
  return {{"start_script", asked.start_script.string()}, {"apis", asked.apis}};
}

ClusterFile from_json(const Json& json) {
  ClusterFile file;
  if (json.at("format").get<int>() != kFormat) throw HarnessError("another format", "bring the cluster up again");
  file.run_id = json.at("run_id");
  file.since = json.at("since");
  file.run_folder = json.at("run_folder").get<std::string>();
  file.spec.name = json.at("cluster");
  file.spec.nodes = json.at("expected_nodes");
  file.spec.models = json.at("models").get<std::vector<std::string>>();
  file.spec.placements = json.at("placements").get<std::vector<std::string>>();
  for (const Json& log : json.at("log_files")) file.spec.log_files.emplace_back(log.get<std::string>());
  file.spec.speed = json.at("speed");
  file.spec.faults = json.value("faults", file.spec.faults);
  if (const auto asked = json.find("asked"); asked != json.end()) {
    file.asked = AskedFor{asked->at("start_script").get<std::string>(), asked->at("apis")};
  }
  for (const auto& [key, member] : kLimits) {
    file.spec.limits.*member = std::chrono::milliseconds(json.at("limits_ms").at(key).get<std::int64_t>());
  }
  for (const Json& node : json.at("nodes")) {
    file.nodes.push_back(
        {node.at("id"), node.at("api"), node.at("name"),
         exo::parse_generation(node.at("generation").get<std::string>()).value_or(exo::Generation::unknown)});
    file.spec.apis.push_back(file.nodes.back().api);
    if (node.value("wants_credentials", false)) file.without_credentials.push_back(file.nodes.size() - 1);
  }
  return file;
}

std::set<std::string> ids_of(const std::vector<Node>& nodes) {
  std::set<std::string> ids;
  for (const Node& node : nodes) ids.insert(node.id);
  return ids;
}

std::string short_ids(const std::set<std::string>& ids) {
  std::vector<std::string> names;
  for (const std::string& id : ids) names.push_back(short_id(id));
  return join(names, ", ");
}

}  // namespace

ClusterFile describe(const Cluster& cluster, const std::string& run_id, const std::filesystem::path& run_folder) {
  return {cluster.spec(), cluster.nodes(), run_id, utc_now(), run_folder, {}, std::nullopt};
}

void write_cluster_file(const std::filesystem::path& file, const ClusterFile& content) {
  const ClusterSpec& spec = content.spec;
  Json json = {{"format", kFormat},
               {"run_id", content.run_id},
               {"since", content.since},
               {"run_folder", content.run_folder.string()},
               {"cluster", spec.name},
               {"expected_nodes", spec.nodes},
               {"nodes", nodes_json(content.nodes)},
               {"models", spec.models},
               {"placements", spec.placements},
               {"log_files", logs_json(spec.log_files)},
               {"speed", spec.speed},
               {"faults", spec.faults},
               {"limits_ms", limits_json(spec.limits)}};
  if (content.asked) json["asked"] = asked_json(*content.asked);
  write_file(file, redact(json.dump(2)) + "\n");
}

ClusterFile read_cluster_file(const std::filesystem::path& file) {
  const std::string text = read_file(file);
  try {
    return from_json(Json::parse(text));
  } catch (const nlohmann::json::exception& error) {
    throw HarnessError(format("{} is not a cluster file: {}", file.string(), error.what()),
                       "write it again with `exo-harness up`");
  }
}

void give_credentials(ClusterFile& file) {
  for (const std::size_t i : file.without_credentials) {
    file.nodes[i].api = file.spec.apis[i] = with_credentials(file.nodes[i].api);
  }
  file.without_credentials.clear();
}

Outcome<Cluster> attach(ClusterFile file, journal::Journal& journal, Progress& progress, AttachOptions options) {
  give_credentials(file);
  auto cluster = Cluster::attach(file.spec, journal, progress, std::move(options));
  if (!cluster) return cluster;
  const auto now = ids_of(cluster->nodes()), then = ids_of(file.nodes);
  if (now == then) return cluster;
  return Failure{FailureKind::mismatch,
                 format("the cluster file is stale: it was written at {} for the nodes {}, now there are {}; bring the "
                        "cluster up again",
                        file.since, short_ids(then), short_ids(now)),
                 ""};
}

}  // namespace exo_harness::cluster
