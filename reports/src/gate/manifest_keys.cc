#include "gate/manifest_keys.h"

#include <algorithm>
#include <set>
#include <vector>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_reports {
namespace {

using exo_harness::format;
using exo_harness::join;
using exo_harness::journal::NodeSeen;
using Keys = std::map<std::string, ManifestValue>;

template <class Value>
std::string of_nodes(const RunRecord& run, Value value_of) {
  std::vector<std::string> values;
  for (const NodeSeen& node : run.nodes) values.push_back(value_of(node));
  std::sort(values.begin(), values.end());
  return join(values, ", ");
}

std::string set_of_nodes(const RunRecord& run, std::string NodeSeen::*member) {
  std::set<std::string> values;
  for (const NodeSeen& node : run.nodes) values.insert(node.*member);
  return join({values.begin(), values.end()}, ", ");
}

// Numbers before the first release may change anything.
std::string major_version(const std::string& version) {
  const auto parts = exo_harness::split(version, '.');
  return parts.size() < 2 ? version : parts[0] == "0" ? format("0.{}", parts[1]) : std::string(parts[0]);
}

void add_nodes(const RunRecord& run, Keys& keys) {
  keys["nodes.count"] = {std::to_string(run.nodes.size())};
  keys["nodes.names"] = {of_nodes(run, [](const NodeSeen& node) { return node.name; })};
  keys["nodes.chips"] = {of_nodes(run, [](const NodeSeen& node) { return node.chip; })};
  keys["nodes.memory"] = {of_nodes(run, [](const NodeSeen& node) { return exo_harness::human_bytes(node.ram_total); })};
  keys["nodes.os"] = {of_nodes(run, [](const NodeSeen& node) { return node.os; })};
  keys["exo.generation"] = {set_of_nodes(run, &NodeSeen::generation), ManifestClass::subject};
}

void add_topology(const RunRecord& run, Keys& keys) {
  std::set<std::string> kinds;
  for (const auto& edge : run.edges) kinds.insert(edge.kind);
  keys["topology.kinds"] = {join({kinds.begin(), kinds.end()}, ", ")};
}

// The rest of a setting's life is what the run was asked for; a merged run has the shard of its first part.
void add_settings(const RunRecord& run, Keys& keys) {
  for (const auto& [name, value] : run.settings) {
    if (name == "shard") continue;
    const bool is_name = name == "cluster";
    keys["settings." + name] = {value, is_name ? ManifestClass::info : ManifestClass::hard, false};
  }
}

struct FactClass {
  std::string_view prefix;
  ManifestClass kind;
};
constexpr FactClass kFacts[] = {{"exo.", ManifestClass::subject},   {"mlx.", ManifestClass::subject},
                                {"model.", ManifestClass::hard},    {"os.", ManifestClass::hard},
                                {"fixtures.", ManifestClass::hard}, {"workload.", ManifestClass::hard},
                                {"logs.", ManifestClass::info},     {"removed.", ManifestClass::info}};

void add_facts(const RunRecord& run, Keys& keys) {
  for (const auto& [name, value] : run.facts) {
    const auto known = std::find_if(std::begin(kFacts), std::end(kFacts),
                                    [&name = name](const FactClass& fact) { return name.starts_with(fact.prefix); });
    keys[name] = {value, known == std::end(kFacts) ? ManifestClass::soft : known->kind};
  }
}

}  // namespace

Keys manifest_keys(const RunRecord& run) {
  Keys keys;
  keys["harness.version"] = {major_version(run.version)};
  keys["harness.host"] = {run.host, ManifestClass::info, false};
  add_nodes(run, keys);
  add_topology(run, keys);
  add_settings(run, keys);
  add_facts(run, keys);
  return keys;
}

}  // namespace exo_reports
