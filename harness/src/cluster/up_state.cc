#include "exo_harness/cluster/up_state.h"

#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <toml++/toml.h>

#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"

#include "limits_table.h"

namespace exo_harness::cluster {
namespace fs = std::filesystem;
namespace {

constexpr const char* kSchema = "exo-harness/cluster/1";

template <class List>
toml::array to_array(const List& items) {
  toml::array array;
  for (const auto& item : items) array.push_back(fs::path(item).string());
  return array;
}

toml::table to_table(const std::map<std::string, std::string>& entries) {
  toml::table table;
  for (const auto& [key, value] : entries) table.insert(key, value);
  return table;
}

toml::table to_table(const UpState& state) {
  const ClusterSpec& spec = state.spec;
  return toml::table{{"schema", kSchema},
                     {"name", spec.name},
                     {"apis", to_array(spec.apis)},
                     {"nodes", spec.nodes},
                     {"models", to_array(spec.models)},
                     {"placements", to_array(spec.placements)},
                     {"log_files", to_array(spec.log_files)},
                     {"speed", spec.speed},
                     {"env", to_table(spec.environment)},
                     {"limits_ms", limits_to_table(spec.limits)},
                     {"run_id", state.run_id},
                     {"node_ids", to_array(state.node_ids)},
                     {"generation", state.generation},
                     {"run_folder", state.run_folder.string()},
                     {"supervisor_pid", state.supervisor_pid},
                     {"lease", state.lease.string()}};
}

template <class Item>
std::vector<Item> list(const toml::table& table, std::string_view key) {
  std::vector<Item> items;
  if (const toml::array* array = table[key].as_array()) {
    for (const toml::node& node : *array) items.emplace_back(node.value_or(std::string()));
  }
  return items;
}

std::string text(const toml::table& table, std::string_view key) {
  return table[key].value_or(std::string());
}

ClusterSpec spec_of(const toml::table& table) {
  ClusterSpec spec;
  spec.name = text(table, "name");
  spec.apis = list<std::string>(table, "apis");
  spec.nodes = table["nodes"].value_or(spec.nodes);
  spec.models = list<std::string>(table, "models");
  spec.placements = list<std::string>(table, "placements");
  spec.log_files = list<fs::path>(table, "log_files");
  spec.speed = table["speed"].value_or(spec.speed);
  if (const toml::table* env = table["env"].as_table()) {
    for (const auto& [key, value] : *env) spec.environment.emplace(key.str(), value.value_or(std::string()));
  }
  if (const toml::table* limits = table["limits_ms"].as_table()) read_limits(*limits, spec.limits);
  return spec;
}

toml::table parse(const fs::path& file) {
  try {
    return toml::parse(read_file(file, 1u << 20), file.string());
  } catch (const toml::parse_error& error) {
    throw UsageError(format("{}:{}: {}", file.string(), error.source().begin.line, error.description()),
                     "give EXO_HARNESS_CLUSTER the file that `exo-harness up` wrote");
  }
}

}  // namespace

void write_up_state(const fs::path& file, const UpState& state) {
  std::ostringstream out;
  out << to_table(state) << "\n";
  write_file(file, out.str());
  ::chmod(file.c_str(), 0600);  // The environment of the nodes may hold secrets.
}

UpState read_up_state(const fs::path& file) {
  const toml::table table = parse(file);
  if (text(table, "schema") != kSchema) {
    throw UsageError(format("{} is not the state of a cluster: no schema = \"{}\" in it", file.string(), kSchema),
                     "give EXO_HARNESS_CLUSTER the file that `exo-harness up` wrote");
  }
  UpState state;
  state.spec = spec_of(table);
  state.run_id = text(table, "run_id");
  state.node_ids = list<std::string>(table, "node_ids");
  state.generation = text(table, "generation");
  state.run_folder = text(table, "run_folder");
  state.supervisor_pid = table["supervisor_pid"].value_or(std::int64_t{0});
  state.lease = text(table, "lease");
  return state;
}

void renew_lease(const UpState& state) {
  // A lease that is gone belongs to a cluster that is gone: attaching tells.
  if (!state.lease.empty()) ::utimensat(AT_FDCWD, state.lease.c_str(), nullptr, 0);
}

}  // namespace exo_harness::cluster
