// What tells the version of a node, each with the commit that brought it (`git describe --contains` is of no use to who
// has no checkout, so the places are written down here).

#include <algorithm>
#include <array>

#include "exo_harness/core/format.h"
#include "exo_harness/core/text.h"
#include "exo_harness/exo/version.h"

#include "json_reader.h"

namespace exo_harness::exo {
namespace {

constexpr Version kFeatureFlags{{1, 0, 71}, 5};    // f0d1371d8, 28 April 2026
constexpr Version kOllamaVersion{{1, 0, 71}, 29};  // e8ec8d501, 14 May 2026
constexpr Version kNodeBackends{{1, 0, 71}, 32};   // bc6661e6a, 15 May 2026
constexpr Version kZenoh{{1, 0, 71}, 42};          // 09f9ea313, 3 June 2026
constexpr Version kNewerThanRecorded{{1, 0, 71}, 45};

/// The paths of all recorded versions (recordings of number 13); the newest one has them all.
constexpr std::array kKnownPaths = {std::string_view("/bench/chat/completions"),
                                    std::string_view("/bench/images/edits"),
                                    std::string_view("/bench/images/generations"),
                                    std::string_view("/download/cancel"),
                                    std::string_view("/download/start"),
                                    std::string_view("/download/{node_id}/{model_id}"),
                                    std::string_view("/events"),
                                    std::string_view("/images"),
                                    std::string_view("/images/{image_id}"),
                                    std::string_view("/instance"),
                                    std::string_view("/instance/await"),
                                    std::string_view("/instance/placement"),
                                    std::string_view("/instance/previews"),
                                    std::string_view("/instance/{instance_id}"),
                                    std::string_view("/models"),
                                    std::string_view("/models/add"),
                                    std::string_view("/models/custom/{model_id}"),
                                    std::string_view("/models/search"),
                                    std::string_view("/node_id"),
                                    std::string_view("/ollama/"),
                                    std::string_view("/ollama/api/api/chat"),
                                    std::string_view("/ollama/api/api/tags"),
                                    std::string_view("/ollama/api/chat"),
                                    std::string_view("/ollama/api/generate"),
                                    std::string_view("/ollama/api/ps"),
                                    std::string_view("/ollama/api/show"),
                                    std::string_view("/ollama/api/tags"),
                                    std::string_view("/ollama/api/v1/chat"),
                                    std::string_view("/ollama/api/v1/tags"),
                                    std::string_view("/ollama/api/version"),
                                    std::string_view("/ollama/v1/chat/completions"),
                                    std::string_view("/onboarding"),
                                    std::string_view("/place_instance"),
                                    std::string_view("/state"),
                                    std::string_view("/state/{path}"),
                                    std::string_view("/v1/cancel/{command_id}"),
                                    std::string_view("/v1/chat/completions"),
                                    std::string_view("/v1/feature-flags"),
                                    std::string_view("/v1/images/edits"),
                                    std::string_view("/v1/images/generations"),
                                    std::string_view("/v1/instance-links"),
                                    std::string_view("/v1/instance-links/{link_id}"),
                                    std::string_view("/v1/messages"),
                                    std::string_view("/v1/models"),
                                    std::string_view("/v1/responses"),
                                    std::string_view("/v1/traces"),
                                    std::string_view("/v1/traces/delete"),
                                    std::string_view("/v1/traces/{task_id}"),
                                    std::string_view("/v1/traces/{task_id}/raw"),
                                    std::string_view("/v1/traces/{task_id}/stats")};

VersionSign until(const Version& before, std::string reason) {
  return {{std::nullopt, before}, std::move(reason)};
}

VersionSign since(const Version& from, std::string reason) {
  return {{from, std::nullopt}, std::move(reason)};
}

bool is_made_of(std::string_view text, std::string_view alphabet) {
  return text.find_first_not_of(alphabet) == std::string_view::npos;
}

}  // namespace

std::optional<VersionSign> sign_of_openapi(std::string_view body) {
  const auto paths = read_json(body, "", [](const Node& root) {
    const Node all = root.at("paths");
    std::vector<std::string> names;
    for (const auto& [name, value] : all.json().items()) names.push_back(name);
    return names;
  });
  if (!paths) return std::nullopt;
  const auto has = [&](std::string_view path) { return std::find(paths->begin(), paths->end(), path) != paths->end(); };
  if (!has("/instance/previews")) return std::nullopt;
  for (const std::string& path : *paths) {
    if (std::find(kKnownPaths.begin(), kKnownPaths.end(), path) == kKnownPaths.end())
      return since(kNewerThanRecorded, format("{} in /openapi.json", printable(shorten(path, 60))));
  }
  return has("/v1/feature-flags") ? since(kFeatureFlags, "/v1/feature-flags in /openapi.json")
                                  : until(kFeatureFlags, "no /v1/feature-flags in /openapi.json");
}

std::optional<VersionSign> sign_of_ollama_version(std::string_view body) {
  const auto version = read_json(body, "", [](const Node& root) { return root.at("version").text(); });
  if (!version) return std::nullopt;
  if (*version == "1.0.0") return since(kOllamaVersion, "/ollama/api/version says 1.0.0");
  if (*version == "exo v1.0") return until(kOllamaVersion, "/ollama/api/version says exo v1.0");
  return std::nullopt;
}

std::optional<VersionSign> sign_of_node_id(std::string_view id) {
  // Of 16 bytes; zeros in front are left out.
  if (id.size() >= 24 && id.size() <= 32 && is_made_of(id, "0123456789abcdef"))
    return since(kZenoh, "node ids of hexadecimal digits: zenoh");
  if (id.starts_with("12D3KooW") && is_made_of(id, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"))
    return until(kZenoh, "node ids that begin with 12D3KooW: libp2p");
  return std::nullopt;
}

VersionSign sign_of_state(bool has_node_backends) {
  return has_node_backends ? since(kNodeBackends, "nodeBackends in /state")
                           : until(kNodeBackends, "no nodeBackends in /state");
}

std::optional<VersionSign> sign_of_log_line(std::string_view line) {
  for (const char* words : {"EXO_ZENOH_NAMESPACE: ", "EXO_LIBP2P_NAMESPACE has been removed"}) {
    if (contains(line, words)) return since(kZenoh, format("`{}` in its log", trim(words)));
  }
  for (const char* words : {"Starting EXO | pid=", "EXO_LIBP2P_NAMESPACE: "}) {
    if (contains(line, words)) return until(kZenoh, format("`{}` in its log", trim(words)));
  }
  return std::nullopt;
}

std::optional<VersionSign> sign_of_checkout(std::string_view description) {
  const auto version = parse_version(trim(description));
  if (!version) return std::nullopt;
  Version next = *version;
  ++next.commits;
  return VersionSign{{*version, next}, format("its checkout is {}", to_string(*version))};
}

}  // namespace exo_harness::exo
