#include "exo_harness/cluster/spec.h"

#include <cstdlib>

#include "exo_harness/cluster/faults.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/mode.h"
#include "exo_harness/model/fixture/fixture.h"

#include "limits_table.h"
#include "toml/toml_table.h"

namespace exo_harness::cluster {
namespace fs = std::filesystem;
namespace {

constexpr double kLongestLimit = 7 * 86400;  ///< Seconds.
constexpr double kMostSpeed = 1e6;
constexpr int kMostNodes = 1024;

PhaseLimits read_limits(TomlTable& table) {
  PhaseLimits limits;
  for (const auto& [key, member] : kLimits) {
    const double seconds = table.real(key, static_cast<double>((limits.*member).count()) / 1000, kLongestLimit);
    if (seconds == 0) table.fail(key, "a limit of more than 0 seconds");
    limits.*member = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  }
  table.expect_no_other_keys();
  return limits;
}

// `~` is the home; anything else that is not absolute is meant beside the spec, so that a spec can be moved with its
// scripts.
fs::path place_of(const std::string& text, const fs::path& spec_file) {
  if (text.empty()) return {};
  const char* home = std::getenv("HOME");
  if (text.starts_with("~/") && home != nullptr) return fs::path(home) / text.substr(2);
  return fs::path(text).is_absolute() ? fs::path(text) : (spec_file.parent_path() / text).lexically_normal();
}

// A program with a slash is meant like a script of the spec; one without is looked up in PATH.
std::map<std::string, std::vector<std::string>> read_faults(TomlTable& table, const fs::path& spec_file) {
  std::map<std::string, std::vector<std::string>> faults;
  for (const std::string& verb : fault_verbs()) {
    if (!table.has(verb)) continue;
    std::vector<std::string> words = table.texts(verb);
    if (const std::string wrong = why_no_fault_command(words); !wrong.empty()) table.fail(verb, wrong);
    if (contains(words.front(), "/")) words.front() = place_of(words.front(), spec_file).string();
    faults[verb] = std::move(words);
  }
  table.expect_no_other_keys();
  return faults;
}

void check_placements(TomlTable& table, const ClusterSpec& spec) {
  for (const std::string& name : spec.placements) {
    if (!exo::parse_short_name(name))
      table.fail("placements", "short names of modes such as `single` and `tensor-jaccl-2`");
  }
}

ClusterSpec read_spec(const fs::path& file) {
  const toml::table root = parse_toml_file(file);
  TomlTable table(root, file);
  ClusterSpec spec;
  spec.name = table.text("name", file.stem().string());
  spec.start_script = place_of(table.text("start_script"), file);
  spec.start_arguments = table.texts("start_arguments");
  spec.stop_script = place_of(table.text("stop_script"), file);
  spec.apis = table.texts("apis");
  spec.nodes = table.small_number("nodes", spec.nodes);
  if (spec.nodes < 1 || spec.nodes > kMostNodes)
    table.fail_at_word("nodes", format("1 to {} nodes", kMostNodes), std::to_string(spec.nodes), {});
  spec.environment = table.text_map("env");
  for (const std::string& log : table.texts("log_files")) spec.log_files.push_back(place_of(log, file));
  spec.models = table.texts("models");
  spec.placements = table.texts("placements");
  spec.speed = table.real("speed", spec.speed, kMostSpeed);
  if (auto limits = table.table("limits")) spec.limits = read_limits(*limits);
  if (auto faults = table.table("faults")) spec.faults = read_faults(*faults, file);
  check_placements(table, spec);
  table.expect_no_other_keys();
  return spec;
}

[[noreturn]] void fail_unknown(std::string_view name, const fs::path& folder) {
  std::vector<std::string> known;
  std::error_code error;
  if (fs::is_directory(folder, error)) {
    for (const fs::path& file : toml_files(folder)) known.push_back(file.stem().string());
  }
  const auto nearest = nearest_names(name, known);
  throw UsageError(format("no cluster spec {}: it is neither a file nor a name in {}", name, folder.string()),
                   nearest.empty() ? "give the path of a TOML file" : "did you mean " + join(nearest, ", ") + "?");
}

}  // namespace

ClusterSpec load_spec(std::string_view name_or_file) {
  std::error_code error;
  if (fs::is_regular_file(fs::path(name_or_file), error)) return read_spec(fs::absolute(fs::path(name_or_file)));
  const fs::path folder = model::fixtures_folder() / "clusters";
  const fs::path named = folder / (std::string(name_or_file) + ".toml");
  if (name_or_file.empty() || !fs::is_regular_file(named, error)) fail_unknown(name_or_file, folder);
  return read_spec(named);
}

}  // namespace exo_harness::cluster
