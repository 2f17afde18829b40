#include "json_reader.h"
#include "parse.h"

namespace exo_harness::exo {

Generation generation_of_openapi(std::string_view body) {
  const auto paths = read_json(body, "", [](const Node& root) {
    const Node all = root.at("paths");
    return std::pair(all.json().contains("/v1/feature-flags"), all.json().contains("/instance/previews"));
  });
  if (!paths) return Generation::unknown;
  if (paths->first) return Generation::main;
  return paths->second ? Generation::v1_0_71 : Generation::unknown;
}

Generation generation_of_ollama_version(std::string_view body) {
  const auto version = read_json(body, "", [](const Node& root) { return root.at("version").text(); });
  if (!version) return Generation::unknown;
  if (*version == "1.0.0") return Generation::main;
  return *version == "exo v1.0" ? Generation::v1_0_71 : Generation::unknown;
}

}  // namespace exo_harness::exo
