#include "exo_harness/model/stage/locate.h"

#include <algorithm>

#include "exo_harness/core/environment.h"
#include "exo_harness/core/error.h"
#include "exo_harness/core/file.h"
#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"

namespace exo_harness::model {
namespace fs = std::filesystem;
namespace {

std::vector<fs::path> colon_list(const char* name) {
  const std::string raw = environment(name);
  std::vector<fs::path> paths;
  for (const std::string_view part : split(raw, ':')) {
    if (!part.empty()) paths.push_back(expand_home(std::string(part)));
  }
  return paths;
}

/// Source: Exo v1.0.71 and 81d7cb0, src/exo/shared/constants.py, _get_xdg_dir.
fs::path data_home() {
  const fs::path home = expand_home("~");
  if (const std::string own = environment("EXO_HOME"); !own.empty()) return home / own;
#ifdef __linux__
  if (const std::string xdg = environment("XDG_DATA_HOME"); !xdg.empty()) return fs::path(xdg) / "exo";
  return home / ".local/share/exo";
#else
  return home / ".exo";
#endif
}

bool is_safe_part(std::string_view part) {
  const bool plain = std::all_of(part.begin(), part.end(),
                                 [](unsigned char c) { return c > ' ' && c != '/' && c != '\\' && c < 0x7f; });
  return plain && !part.empty() && part[0] != '.' && part.size() <= 96;
}

fs::path hugging_face_cache() {
  if (const std::string cache = environment("HF_HUB_CACHE"); !cache.empty()) return cache;
  if (const std::string home = environment("HF_HOME"); !home.empty()) return fs::path(home) / "hub";
  return expand_home("~/.cache/huggingface/hub");
}

bool has_config(const fs::path& folder) {
  std::error_code ignored;
  return fs::is_regular_file(folder / "config.json", ignored);
}

std::optional<fs::path> newest_snapshot(const fs::path& snapshots) {
  std::optional<fs::path> newest;
  std::error_code error;
  for (fs::directory_iterator it(snapshots, error), end; !error && it != end; it.increment(error)) {
    if (!has_config(it->path())) continue;
    if (!newest || fs::last_write_time(it->path(), error) > fs::last_write_time(*newest, error)) newest = it->path();
  }
  return newest;
}

}  // namespace

fs::path expand_home(const std::string& path) {
  if (path != "~" && path.rfind("~/", 0) != 0) return path;
  const std::string home = environment("HOME");
  return path.size() <= 2 ? fs::path(home) : fs::path(home) / path.substr(2);
}

std::vector<fs::path> ExoFolders::in_order() const {
  std::vector<fs::path> all = read_only;
  all.push_back(standard);
  all.insert(all.end(), writable.begin(), writable.end());
  return all;
}

ExoFolders exo_folders() {
  ExoFolders folders;
  folders.read_only = colon_list("EXO_MODELS_READ_ONLY_DIRS");
  const std::string standard = environment("EXO_DEFAULT_MODELS_DIR");
  folders.standard = standard.empty() ? data_home() / "models" : expand_home(standard);
  folders.writable = colon_list("EXO_MODELS_DIRS");
  folders.custom_cards = data_home() / "custom_model_cards";
  return folders;
}

std::string folder_name(const std::string& repo) {
  const auto parts = split(repo, '/');
  if (parts.size() != 2 || !is_safe_part(parts[0]) || !is_safe_part(parts[1])) {
    throw UsageError(format("`{}` is no model id", shorten(printable(repo), 200)),
                     "give it as org/name, like mlx-community/Llama-3.2-1B-Instruct-4bit");
  }
  return format("{}--{}", parts[0], parts[1]);
}

std::optional<fs::path> find_in_hugging_face_cache(const std::string& repo, const std::string& revision) {
  const fs::path model = hugging_face_cache() / ("models--" + folder_name(repo));
  std::error_code ignored;
  if (!revision.empty()) {
    if (has_config(model / "snapshots" / revision)) return model / "snapshots" / revision;
    return {};
  }
  if (fs::is_regular_file(model / "refs/main", ignored)) {
    const fs::path snapshot = model / "snapshots" / std::string(trim(read_file(model / "refs/main", 4096)));
    if (has_config(snapshot)) return snapshot;
  }
  return newest_snapshot(model / "snapshots");
}

std::vector<fs::path> places_of(const FixtureModel& model) {
  std::vector<fs::path> places;
  for (const fs::path& folder : exo_folders().in_order()) places.push_back(folder / folder_name(model.repo));
  for (const std::string& folder : model.stage_from) places.push_back(model.file.parent_path() / expand_home(folder));
  for (const char* folder : {"~/.lmstudio/models/", "~/.cache/lm-studio/models/"})
    places.push_back(expand_home(folder + model.repo));
  if (const auto cached = find_in_hugging_face_cache(model.repo, model.revision)) places.push_back(*cached);
  return places;
}

std::optional<fs::path> find_model(const FixtureModel& model) {
  const std::vector<fs::path> places = places_of(model);
  const auto found = std::find_if(places.begin(), places.end(), has_config);
  if (found == places.end()) return {};
  return *found;
}

std::optional<fs::path> find_model(const FixtureModel& model, const exo::State& state) {
  std::error_code ignored;
  for (const exo::Download& download : state.downloads) {
    const fs::path folder = download.directory;
    if (download.model_id == model.repo && folder.is_absolute() &&
        fs::is_regular_file(folder / "config.json", ignored)) {
      return folder;
    }
  }
  return find_model(model);
}

}  // namespace exo_harness::model
