#include "cluster/cluster_choice.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "exo_harness/cluster/api_credentials.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/redact.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/mode.h"
#include "exo_harness/model/fixture/fixture.h"

#include "app/suite_plan.h"
#include "app/tool_paths.h"

namespace exo_harness::tools {
namespace fs = std::filesystem;
namespace {

constexpr const char* kDefaultCluster = "fake-2";
const std::string kSuitePrefix = "suite_";
constexpr std::chrono::seconds kAttachLimit{10};

std::string did_you_mean(std::string_view wanted, const std::vector<std::string>& known) {
  const auto nearest = nearest_names(wanted, known);
  if (!nearest.empty()) return format("did you mean {}?", join(nearest, ", "));
  return known.empty() ? "there are none" : format("there are {}", join(known, ", "));
}

// The kernel takes the carriage return for a part of the interpreter's name.
void check_line_ends(const fs::path& script, const char* option, const std::string& text) {
  std::string line(256, '\0');
  std::ifstream file(script, std::ios::binary);
  file.read(line.data(), static_cast<std::streamsize>(line.size()));
  line.resize(static_cast<std::size_t>(file.gcount()));
  const std::size_t end = line.find('\n');
  if (!line.starts_with("#!") || end == std::string::npos || line[end - 1] != '\r') return;
  throw UsageError(format("{} {}: its lines end with a carriage return, as on Windows", option, text),
                   format("take them out: tr -d '\\r' < {} > unix.sh && chmod +x unix.sh", text));
}

fs::path check_script(const std::string& text, const char* option) {
  const fs::path script = fs::absolute(text);
  std::error_code error;
  const auto status = fs::status(script, error);
  if (!fs::exists(status)) {
    throw UsageError(format("{} {}: there is no such file", option, text), "give the path of a script that starts Exo");
  }
  if (fs::is_directory(status))
    throw UsageError(format("{} {}: it is a folder", option, text), "give the script inside it");
  if (::access(script.c_str(), X_OK) != 0) {
    throw UsageError(format("{} {}: it is not executable", option, text), format("chmod +x {}", text));
  }
  check_line_ends(script, option, text);
  return script;
}

std::string check_api(const std::string& url) {
  if (!url.starts_with("http://") && !url.starts_with("https://")) {
    throw UsageError(format("--api: '{}' is not the URL of an API", cluster::host_alone(url)),
                     "write it like http://10.0.0.1:52415");
  }
  cluster::check_credentials(url);
  return url.ends_with('/') ? url.substr(0, url.size() - 1) : url;
}

cluster::ClusterSpec base_of(const ClusterOptions& options) {
  if (!options.cluster.empty()) return cluster::load_spec(options.cluster);
  if (options.start_script.empty() && options.apis.empty()) return cluster::load_spec(kDefaultCluster);
  cluster::ClusterSpec spec;
  spec.name = "command-line";
  // What is to be there already need not be waited for as a start is.
  if (options.start_script.empty()) spec.limits.api = kAttachLimit;
  return spec;
}

std::vector<std::string> known_placements(int nodes) {
  std::vector<std::string> names = {"single"};
  for (int n = 2; n <= std::max(nodes, 2); ++n) {
    for (const char* kind : {"pipeline", "tensor", "pipeline-jaccl", "tensor-jaccl"})
      names.push_back(format("{}-{}", kind, n));
  }
  return names;
}

void check_placements(const std::vector<std::string>& placements, int nodes) {
  for (const std::string& name : placements) {
    const auto mode = exo::parse_short_name(name);
    if (!mode) throw UsageError(format("there is no placement {}", name), did_you_mean(name, known_placements(nodes)));
    if (mode->world_size > nodes) {
      throw UsageError(format("placement {} needs {} nodes, the cluster has {}", name, mode->world_size, nodes),
                       format("did you mean --nodes {}?", mode->world_size));
    }
  }
}

std::vector<std::string> suites_in(const fs::path& folder) {
  std::vector<std::string> suites;
  if (folder.empty()) return suites;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename();
    const bool is_suite = name.starts_with(kSuitePrefix) && ::access(it->path().c_str(), X_OK) == 0;
    if (is_suite) suites.push_back(name.substr(kSuitePrefix.size()));
  }
  if (error) throw UsageError(format("--suite-folder {}: {}", folder.string(), error.message()), "give a folder");
  if (suites.empty()) {
    throw UsageError(format("--suite-folder {}: there is no suite in it", folder.string()),
                     "a suite is a program whose name begins with suite_");
  }
  std::sort(suites.begin(), suites.end());
  return suites;
}

// What else the run knows of itself, so that it stands in none of its files in another form.
void learn_secrets(const cluster::ClusterSpec& spec) {
  for (const auto& [name, value] : spec.environment) add_secret_of_assignment(format("{}={}", name, value));
  for (const std::string& api : spec.apis) add_secrets_of_text(api);
  add_secrets_of_text(join(spec.start_arguments, " "));
}

}  // namespace

fs::path program_of_suite(const std::string& suite, const fs::path& suite_folder) {
  const fs::path own = suite_folder / (kSuitePrefix + suite);
  return !suite_folder.empty() && ::access(own.c_str(), X_OK) == 0 ? own : find_program(kSuitePrefix + suite);
}

std::vector<std::string> choose_models(const std::vector<std::string>& names) {
  std::vector<std::string> ids;
  if (names.empty()) return ids;
  const auto models = model::load_fixture_models(model::fixtures_folder() / "models");
  for (const std::string& name : names) {
    const model::FixtureModel& found = model::find_fixture_model(models, name);
    if (!found.unreadable.empty()) throw UsageError(found.unreadable, "mend the fixture file");
    ids.push_back(found.id);
  }
  return ids;
}

cluster::ClusterSpec choose_cluster(const ClusterOptions& options) {
  cluster::ClusterSpec spec = base_of(options);
  if (!options.start_script.empty()) spec.start_script = options.start_script;
  if (!options.stop_script.empty()) spec.stop_script = options.stop_script;
  if (!spec.start_script.empty()) spec.start_script = check_script(spec.start_script, "--start-script");
  if (!spec.stop_script.empty()) spec.stop_script = check_script(spec.stop_script, "--stop-script");
  if (!options.apis.empty()) spec.apis = options.apis;
  if (!spec.stop_script.empty() && spec.start_script.empty()) {
    throw UsageError("--stop-script without --start-script: what is only attached to is never stopped",
                     "give the script that starts it, too, or leave the stop script out");
  }
  for (std::string& api : spec.apis) api = check_api(api);
  if (options.nodes > 0) spec.nodes = options.nodes;
  if (!options.models.empty()) spec.models = options.models;
  spec.models = choose_models(spec.models);
  if (!options.placements.empty()) spec.placements = options.placements;
  check_placements(spec.placements, spec.nodes);
  learn_secrets(spec);
  return spec;
}

std::vector<std::string> choose_suites(const std::vector<std::string>& wanted, const fs::path& suite_folder) {
  std::vector<std::string> built;
  for (const std::string& suite : suite_order()) {
    if (has_program(kSuitePrefix + suite)) built.push_back(suite);
  }
  for (const std::string& suite : suites_in(suite_folder)) {
    if (std::find(built.begin(), built.end(), suite) == built.end()) built.push_back(suite);
  }
  for (const std::string& suite : wanted) {
    if (std::find(built.begin(), built.end(), suite) == built.end()) {
      throw UsageError(format("there is no suite {}", suite), did_you_mean(suite, built));
    }
  }
  if (wanted.empty()) return built;
  std::erase_if(built,
                [&](const auto& suite) { return std::find(wanted.begin(), wanted.end(), suite) == wanted.end(); });
  return built;
}

}  // namespace exo_harness::tools
